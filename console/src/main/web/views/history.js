/**
 * What happened to the project's images and to those offered to it, and what it can use now or could at a moment. What
 * is filtered stands in the address.
 */
import {html, nothing} from 'lit';
import {live} from 'lit/directives/live.js';
import {KINDS} from '../parts/events.js';
import {ID} from '../parts/projects.js';
import '../parts/refused.js';
import '../parts/usable.js';
import {Loading, View, heading} from '../parts/view.js';
import {learnPeople} from '../names.js';
import {link, replaceQuery} from '../route.js';
import {isOfAccount, session} from '../session.js';
import {t, word} from '../text/index.js';

/** The first or last moment of a day of the reader; undefined if the address names none. */
function moment(day, time) {
  const date = new Date(`${day}T${time}`);
  return isNaN(date.getTime()) ? undefined : date.toISOString();
}

/** In place of a kind of events: requests that were refused. */
const REFUSED = 'refused';

class HistoryView extends View {
  constructor() {
    super();
    this.listed = new Loading(this, learnPeople);
  }

  connectedCallback() {
    super.connectedCallback();
    this.listed.run();
  }

  render() {
    const isAccess = this.id === 'access' && !isOfAccount();
    const tab = (id, label) => html`
      <a href=${link(id ? `history/${id}` : 'history')} aria-current=${this.id === id ? 'page' : nothing}>${label}</a>`;
    return html`
      ${heading(t('history'), undefined, html`<p class="sub">${isAccess ? t('usable.sub') : isOfAccount() ? t('account.history') : t('history.sub')}</p>`)}
      ${isOfAccount() ? nothing : html`<nav class="tabs" aria-label=${t('history')}>${tab('', t('history.events'))}${tab('access', t('usable'))}</nav>`}
      ${isAccess ? html`<v-usable .asOf=${this.query.as_of || ''}></v-usable>` : this.events()}`;
  }

  events() {
    const {kind = '', since = '', until = '', user = '', project = ''} = this.query;
    const {users = [], projects = [], names = {}} = this.listed.value || {};
    const filter = {since: moment(since, '00:00'), until: moment(until, '23:59:59.999'), user_id: user, project_id: project};
    // A token of an account reads the history of its rights; images are in that of a project.
    const domain = isOfAccount() ? session().project.domain.id : '';
    return html`
      <form class="filters" role="search" @submit=${(event) => event.preventDefault()}>
        <label><span class="visually-hidden">${t('history.what')}</span>
          <select name="kind" @change=${(event) => replaceQuery({kind: event.target.value})}>
            <option value="" .selected=${!kind}>${t('history.anyKind')}</option>
            ${isOfAccount() ? this.kinds(t('history.rights'), KINDS.rights, kind) : html`
              ${this.kinds(t('history.offers'), KINDS.offer, kind)}
              ${this.kinds(t('images'), KINDS.image, kind)}
              ${this.kinds(t('history.rights'), KINDS.rights, kind)}
              <option value=${REFUSED} .selected=${kind === REFUSED}>${t('refused')}</option>`}
          </select></label>
        ${this.one('user', t('history.user'), user, users.length ? users : [session().user])}
        ${this.one('project', t('history.project'), project, projects.map(({id}) => ({id, name: names[id]})))}
        ${this.day('since', t('history.since'), since)}
        ${this.day('until', t('history.until'), until)}
      </form>
      ${kind === REFUSED ? html`<v-refused .filter=${filter}></v-refused>` : html`<v-events .filter=${{kind, domain_id: domain, ...filter}}></v-events>`}`;
  }

  kinds(label, kinds, chosen) {
    return html`
      <optgroup label=${label}>
        ${kinds.map((kind) => html`<option value=${kind} .selected=${kind === chosen}>${word('event', kind)}</option>`)}
      </optgroup>`;
  }

  /**
   * Somebody or something by its name, if it is in the list; or by its id, which is what the address has.
   *
   * @param {string} name in the address
   * @param {string} label
   * @param {string} id
   * @param {{id: string, name: string}[]} list
   */
  one(name, label, id, list) {
    const change = ({target}) => {
      const text = target.value.trim();
      const found = list.filter((one) => one.name === text);
      const chosen = found.length === 1 ? found[0].id : text;
      target.setCustomValidity(chosen && !ID.test(chosen) ? t('history.unknown') : '');
      if (target.reportValidity()) {
        replaceQuery({[name]: chosen});
      }
    };
    const isOnly = ({name: text}) => list.filter((one) => one.name === text).length === 1;
    return html`
      <label class="of-name"><span class="visually-hidden">${label}</span>
        <input type="search" name=${name} list=${`${name}-list`} placeholder=${label} spellcheck="false" autocomplete="off"
          .value=${live(list.find((one) => one.id === id)?.name || id)} @change=${change}></label>
      <datalist id=${`${name}-list`}>${list.map((one) => html`<option value=${isOnly(one) ? one.name : one.id}>${one.name}</option>`)}</datalist>`;
  }

  day(name, label, value) {
    return html`
      <label class="of-time"><span>${label}</span>
        <input type="date" name=${name} .value=${live(value)} @change=${(event) => replaceQuery({[name]: event.target.value})}></label>`;
  }
}

customElements.define('v-history', HistoryView);
