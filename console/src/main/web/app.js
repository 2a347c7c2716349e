/** The frame of the console: who is here, where to go, and the view that the address names. */
import {html, nothing} from 'lit';
import {keyed} from 'lit/directives/keyed.js';
import {brand} from './parts/brand.js';
import {copyable} from './parts/copy.js';
import {icon} from './parts/icon.js';
import {problem} from './parts/problem.js';
import {clock} from './parts/time.js';
import {Part} from './parts/view.js';
import {accountRights} from './account-rights.js';
import {askAgain, changeTo, leave} from './login.js';
import {link, replace, replaceQuery, route} from './route.js';
import {isOfAccount, placeOf, sessions} from './session.js';
import {chooseLanguage, language, t} from './text/index.js';
import {chooseTheme, theme} from './theme.js';
import {waitingOffers} from './offers.js';
import {outage} from './outage.js';
import './parts/uploading.js';
import './views/access.js';
import './views/account.js';
import './views/history.js';
import './views/image.js';
import './views/images.js';
import './views/inbox.js';
import './views/jobs.js';
import './views/login.js';
import './views/share.js';
import './views/start.js';
import './views/upload.js';
import './views/webhook.js';
import './views/webhooks.js';
import './views/why.js';

/** The views by the first word of the address. */
const VIEWS = {
  start: (route) => html`<v-start .id=${route.id} .query=${route.query}></v-start>`,
  images: (route) => route.id
      ? html`<v-image .id=${route.id} .query=${route.query}></v-image>`
      : html`<v-images .query=${route.query}></v-images>`,
  share: (route) => html`<v-share .query=${route.query}></v-share>`,
  inbox: (route) => html`<v-inbox .query=${route.query}></v-inbox>`,
  jobs: (route) => html`<v-jobs .id=${route.id} .query=${route.query}></v-jobs>`,
  history: (route) => html`<v-history .id=${route.id} .query=${route.query}></v-history>`,
  webhooks: (route) => route.id
      ? html`<v-webhook .id=${route.id} .query=${route.query}></v-webhook>`
      : html`<v-webhooks .query=${route.query}></v-webhooks>`,
  upload: (route) => html`<v-upload .query=${route.query}></v-upload>`,
  access: (route) => html`<v-access .id=${route.id} .query=${route.query}></v-access>`,
  why: (route) => html`<v-why .query=${route.query}></v-why>`,
};

/** What an account has too; its home is a view of its own. */
const OF_ACCOUNTS = new Set(['start', 'history', 'webhooks', 'access', 'why']);

/** What one place has of its own: another place does not know its id. */
const OF_PLACES = new Set(['webhooks', 'jobs']);

const OF_IMAGES = new Set(['images', 'share', 'upload']);

class App extends Part {
  static properties = {offers: {state: true}};

  constructor() {
    super();
    /** @type {number | string} offers that wait for an answer */
    this.offers = 0;
    this.place = '';
    /** Where the last session was. */
    this.was = sessions.current?.project;
  }

  connectedCallback() {
    super.connectedCallback();
    addEventListener('hashchange', () => {
      this.lookForOffers();
      this.requestUpdate();
    });
    sessions.addEventListener('change', () => this.sessionChanged());
    outage.addEventListener('change', () => this.requestUpdate());
    accountRights.addEventListener('change', () => this.requestUpdate());
    // Offers come and go while the user is elsewhere.
    addEventListener('focus', () => this.lookForOffers());
    waitingOffers.addEventListener('change', () => (this.offers = waitingOffers.count));
    this.sessionChanged();
  }

  lookForOffers() {
    if (sessions.current && sessions.ending !== 'ended') {
      waitingOffers.look();
    }
  }

  sessionChanged() {
    const now = sessions.current?.project;
    if (now) {
      this.leaveFormer(now);
      this.was = now;
    }
    if (sessions.ending === '') {
      this.lookForOffers();
      if (now && isOfAccount()) {
        // Without an answer, the navigation has less; the home says why.
        accountRights.look().catch(() => {});
      }
    }
    if (sessions.ending === 'ended') {
      askAgain();
    }
    this.requestUpdate();
  }

  /** In another place: a webhook or job in the address is one of the former place, and `of` means the former account. */
  leaveFormer(now) {
    const {was} = this;
    const {view, id, query} = route();
    if (!was || now.domain.id === was.domain.id && (query.of || now.id === was.id)) {
      return;
    }
    if (OF_PLACES.has(view) && id) {
      replace(view);
    } else if (query.of) {
      replaceQuery({of: ''});
    }
  }

  /** A new view begins at its top, with the focus on its heading, so that a screen reader says where one is. */
  updated() {
    const {view, id} = route();
    const place = `${view}/${id}`;
    if (sessions.current && place !== this.place) {
      const isFirst = this.place === '';
      this.place = place;
      if (!isFirst) {
        scrollTo(0, 0);
        requestAnimationFrame(() => /** @type {HTMLElement} */ (this.querySelector('h1'))?.focus({preventScroll: true}));
      }
    }
  }

  render() {
    const session = sessions.current;
    if (!session) {
      document.title = 'Vitrine';
      return html`<v-login></v-login>`;
    }
    const at = route();
    const view = this.viewOf(at.view);
    document.title = `${this.titleOf(at.view)} · ${placeOf(session)} · Vitrine`;
    return html`
      <a class="skip" href="#main" @click=${(event) => this.skip(event)}>${t('skip')}</a>
      <div class="frame">
        <header class="rail">
          <a class="sign" href=${link('start')}>${brand}<b>Vitrine</b></a>
          <nav aria-label=${t('nav')}>${this.places(at.view)}</nav>
          <v-uploading></v-uploading>
          ${this.account(session)}
        </header>
        <main id="main" tabindex="-1">
          ${this.ending(session)}
          ${outage.error ? problem(outage.error, () => outage.again()) : nothing}
          ${keyed(`${session.project.id || session.project.domain.id}/${at.view}/${at.id}`, view(at))}
        </main>
      </div>`;
  }

  viewOf(name) {
    const view = Object.hasOwn(VIEWS, name) ? name : 'start';
    return isOfAccount() && (view === 'start' || !OF_ACCOUNTS.has(view))
        ? () => html`<v-account .missing=${view !== 'start'}></v-account>` : VIEWS[view];
  }

  titleOf(view) {
    switch (view) {
      case 'images': return t('images');
      case 'share': return t('share');
      case 'upload': return t('upload');
      case 'inbox': return t('inbox');
      case 'jobs': return t('jobs');
      case 'history': return t('history');
      case 'webhooks': return t('webhooks');
      case 'access': return t('access');
      case 'why': return t('why');
      default: return t('start');
    }
  }

  places(view) {
    const count = this.offers
        ? html`<span class="count"><span class="visually-hidden">${t('inbox.waiting')}</span>${this.offers}</span>`
        : nothing;
    return Object.keys(VIEWS)
        .filter((name) => !['share', 'upload'].includes(name) && (!isOfAccount() || OF_ACCOUNTS.has(name) && accountRights.offers(name)))
        .map((name) => this.to(name, this.titleOf(name), name === 'images' ? OF_IMAGES.has(view) : name === view, name === 'inbox' ? count : nothing));
  }

  /** @param {unknown} mark */
  to(view, label, isHere, mark = nothing) {
    return html`
      <a href=${link(view)} aria-current=${isHere ? 'page' : nothing}>${icon(view)}<span>${label}</span>${mark}</a>`;
  }

  account(session) {
    return html`
      <details class="account" @keydown=${(event) => this.closeOnEscape(event)} @focusout=${(event) => this.closeOutside(event)}>
        <summary>
          ${icon('user')}
          <span class="who"><b>${session.user.name}</b><small>${placeOf(session)}</small></span>
        </summary>
        <div class="menu">
          <p>${t('account.in', {user: session.user.name, domain: session.user.domain.name})}</p>
          ${session.project.id ? html`
            <p>${t('account.place', {place: placeOf(session)})}</p>
            <p class="id">${t('account.id')} ${copyable(session.project.id, t('account.id'), {short: false})}</p>` : html`
            <p>${t('account.whole', {name: placeOf(session)})}</p>
            <p class="id">${t('account.domainId')} ${copyable(session.project.domain.id, t('account.domainId'), {short: false})}</p>`}
          <button @click=${() => changeTo()}>${t('account.project')}</button>
          <label><span>${t('account.language')}</span>
            <select .value=${language()} @change=${(event) => chooseLanguage(event.target.value)}>
              <option value="en" ?selected=${language() === 'en'}>English</option>
              <option value="zh" ?selected=${language() === 'zh'}>中文</option>
            </select></label>
          <label><span>${t('account.theme')}</span>
            <select @change=${(event) => chooseTheme(event.target.value)}>
              <option value="auto" ?selected=${theme() === 'auto'}>${t('theme.auto')}</option>
              <option value="light" ?selected=${theme() === 'light'}>${t('theme.light')}</option>
              <option value="dark" ?selected=${theme() === 'dark'}>${t('theme.dark')}</option>
            </select></label>
          <button class="leave" @click=${() => leave()}>${t('logout')}</button>
        </div>
      </details>`;
  }

  closeOnEscape(event) {
    if (event.key === 'Escape') {
      event.currentTarget.open = false;
      event.currentTarget.querySelector('summary').focus();
    }
  }

  closeOutside(event) {
    if (event.relatedTarget && !event.currentTarget.contains(event.relatedTarget)) {
      event.currentTarget.open = false;
    }
  }

  ending(session) {
    return sessions.ending === 'soon'
        ? html`
          <div class="notice" role="alert">
            ${icon('warning')}<span>${t('session.soon', {time: clock(session.expires)})}</span>
            <button @click=${() => askAgain()}>${t('session.goOn')}</button>
          </div>`
        : nothing;
  }

  skip(event) {
    event.preventDefault();
    /** @type {HTMLElement} */ (this.querySelector('main')).focus();
  }
}

customElements.define('v-app', App);
