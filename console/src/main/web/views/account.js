/** The home of a session of a whole account: what there is to do without a project. */
import {html, nothing} from 'lit';
import {icon} from '../parts/icon.js';
import {Loading, View, heading} from '../parts/view.js';
import {OF_ACCESS, WEBHOOKS, accountRights} from '../account-rights.js';
import {changeTo} from '../login.js';
import {link} from '../route.js';
import {session} from '../session.js';
import {t} from '../text/index.js';

class Account extends View {
  static properties = {missing: {attribute: false}};

  constructor() {
    super();
    /** Whether the address names a view that needs a project. */
    this.missing = false;
    this.rights = new Loading(this, () => accountRights.look());
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
        ${accountRights.offers('history')
            ? card('history', t('history'), t('account.history'), html`<a href=${link('history')}>${t('history')}</a>`) : nothing}
        ${accountRights.offers('webhooks')
            ? card('webhooks', t('webhooks'), t('webhooks.subAccount'), html`<a href=${link('webhooks')} data-operation=${WEBHOOKS}>${t('webhooks')}</a>`) : nothing}
        ${card('why', t('why'), t('why.sub'), html`<a href=${link('why')}>${t('why')}</a>`)}
      </div>`;
  }
}

customElements.define('v-account', Account);
