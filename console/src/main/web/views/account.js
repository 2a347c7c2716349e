/** The home of a session of a whole account: what there is to do without a project. */
import {html, nothing} from 'lit';
import {allowed} from '../api/explain.js';
import {icon} from '../parts/icon.js';
import {Loading, View, heading} from '../parts/view.js';
import {changeTo} from '../login.js';
import {link} from '../route.js';
import {session} from '../session.js';
import {t} from '../text/index.js';

/** Tabs of the access view, and the operation that fills each. */
const OF_ACCESS = {
  users: 'LIST_USERS', groups: 'LIST_GROUPS', projects: 'LIST_PROJECTS', grants: 'LIST_GRANTS', policies: 'LIST_CUSTOM_POLICIES',
};

/** Who may list one of these reads its history. */
const OF_HISTORY = ['LIST_GRANTS', 'LIST_USERS', 'LIST_GROUPS', 'LIST_PROJECTS'];

const WEBHOOKS = 'LIST_WEBHOOKS';

class Account extends View {
  static properties = {missing: {attribute: false}};

  constructor() {
    super();
    /** Whether the address names a view that needs a project. */
    this.missing = false;
    this.rights = new Loading(this, (signal) => allowed([...new Set([...Object.values(OF_ACCESS), ...OF_HISTORY, WEBHOOKS])], undefined, signal));
  }

  connectedCallback() {
    super.connectedCallback();
    this.rights.run();
  }

  render() {
    const {user, project} = session();
    return html`
      ${heading(t('start.hello', {user: user.name}), html`<button @click=${() => changeTo()}>${t('account.project')}</button>`,
          html`<p class="sub">${t('account.whole', {name: project.domain.name})}</p>`)}
      <p class=${this.missing ? 'notice' : 'result'}>${this.missing ? t('account.missing') : t('account.noProject')}</p>
      ${this.rights.show((rights) => this.cards(rights))}`;
  }

  cards(rights) {
    const names = {
      users: t('users'), groups: t('groups'), projects: t('directory.projects'), grants: t('grants'), policies: t('policies'),
    };
    const tabs = Object.keys(OF_ACCESS).filter((tab) => rights[OF_ACCESS[tab]]);
    const card = (name, title, text, links) => html`
      <section class="card"><h2>${icon(name)}${title}</h2><p>${text}</p><p class="actions below">${links}</p></section>`;
    return html`
      <div class="columns">
        ${card('access', t('access'), tabs.length ? t('account.access') : t('account.keys'), html`
          ${tabs.map((tab) => html`<a href=${link(`access/${tab}`)} data-operation=${OF_ACCESS[tab]}>${names[tab]}</a>`)}
          <a href=${link('access')}>${t('keys')}</a>`)}
        ${OF_HISTORY.some((operation) => rights[operation])
            ? card('history', t('history'), t('account.history'), html`<a href=${link('history')}>${t('history')}</a>`) : nothing}
        ${rights[WEBHOOKS]
            ? card('webhooks', t('webhooks'), t('webhooks.subAccount'), html`<a href=${link('webhooks')} data-operation=${WEBHOOKS}>${t('webhooks')}</a>`) : nothing}
        ${card('why', t('why'), t('why.sub'), html`<a href=${link('why')}>${t('why')}</a>`)}
      </div>`;
  }
}

customElements.define('v-account', Account);
