/** The door. */
import {html, nothing} from 'lit';
import {brand} from '../parts/brand.js';
import {field} from '../parts/dialog.js';
import {problem} from '../parts/problem.js';
import {Part} from '../parts/view.js';
import {enter} from '../login.js';
import {chooseLanguage, language, t} from '../text/index.js';

/** Users and their domains that `./vitrine up` made, such as `alice/alice bob/bob admin/Default`. */
function demo() {
  const meta = /** @type {HTMLMetaElement | null} */ (document.querySelector('meta[name=vitrine-demo]'));
  return (meta?.content || '').split(' ').filter(Boolean).map((pair) => pair.split('/'));
}

class Login extends Part {
  static properties = {error: {state: true}, busy: {state: true}, nowhere: {state: true}};

  constructor() {
    super();
    this.error = null;
    this.busy = false;
    this.nowhere = false;
  }

  async submit(event) {
    event.preventDefault();
    const {user, domain, password} = event.target.elements;
    this.error = null;
    this.nowhere = false;
    this.busy = true;
    try {
      const person = {
        name: user.value,
        domain: {name: domain.value || user.value},
        password: password.value,
      };
      this.nowhere = (await enter(person)) === 'nowhere';
    } catch (error) {
      this.error = error;
    }
    this.busy = false;
    if (this.error) {
      await this.updateComplete;
      password.select();
    }
  }

  fill(name, domain) {
    const form = /** @type {HTMLFormElement} */ (this.querySelector('form'));
    /** @type {any} */ (form.elements).user.value = name;
    /** @type {any} */ (form.elements).domain.value = domain;
    /** @type {any} */ (form.elements).password.focus();
  }

  render() {
    const other = language() === 'en' ? 'zh' : 'en';
    const made = demo();
    return html`
      <main class="door">
        <section class="card">
          <div class="sign">${brand}<b>Vitrine</b></div>
          <h1>${t('login.title')}</h1>
          <form @submit=${(event) => this.submit(event)}>
            ${field(t('login.user'), html`<input name="user" autocomplete="username" required autofocus spellcheck="false" autocapitalize="none">`)}
            ${field(t('login.password'), html`<input name="password" type="password" autocomplete="current-password" required>`)}
            ${field(t('login.domain'), html`<input name="domain" autocomplete="organization" spellcheck="false" autocapitalize="none">`, t('login.domainHint'))}
            ${this.error ? problem(this.error) : nothing}
            ${this.nowhere ? html`<p class="problem" role="alert">${t('login.nowhere')}</p>` : nothing}
            <button class="primary wide" ?disabled=${this.busy}>${this.busy ? t('login.busy') : t('login')}</button>
          </form>
        </section>
        ${made.length ? this.demo(made) : nothing}
        <button class="quiet" lang=${other} @click=${() => chooseLanguage(other)}>${other === 'zh' ? '中文' : 'English'}</button>
      </main>`;
  }

  demo(made) {
    return html`
      <section class="card demo" aria-labelledby="demo">
        <h2 id="demo">${t('demo.title')}</h2>
        <p>${t('demo.text')}</p>
        <div class="people">
          ${made.map(([name, domain]) => html`<button @click=${() => this.fill(name, domain)}>${name}</button>`)}
        </div>
        <p>${t('demo.password', {file: 'clouds.yaml'})}</p>
        <p>${t('demo.tabs')}</p>
      </section>`;
  }
}

customElements.define('v-login', Login);
