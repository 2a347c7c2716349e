/** What lets one in: access keys, policies, grants, and the people and projects of the domain; a tab for each. */
import {html, nothing} from 'lit';
import {allowed} from '../api/explain.js';
import * as keys from '../api/keys.js';
import {copyable} from '../parts/copy.js';
import {confirm, dialog, field} from '../parts/dialog.js';
import '../parts/rows.js';
import {status} from '../parts/status.js';
import {time} from '../parts/time.js';
import '../parts/directory.js';
import '../parts/grants.js';
import '../parts/policies.js';
import {failure} from '../parts/toast.js';
import {View, Loading, empty, heading} from '../parts/view.js';
import {link} from '../route.js';
import {session} from '../session.js';
import {t} from '../text/index.js';

/** The tabs and the operation that fills each; everybody has keys of its own. */
const TABS = {
  keys: '',
  policies: 'LIST_CUSTOM_POLICIES',
  grants: 'LIST_GRANTS',
  users: 'LIST_USERS',
  groups: 'LIST_GROUPS',
  projects: 'LIST_PROJECTS',
  enterprise: 'LIST_ENTERPRISE_PROJECTS',
};

class Access extends View {
  constructor() {
    super();
    this.keys = new Loading(this, (signal) => keys.list(signal));
    this.rights = new Loading(this, async (signal) => {
      const rights = await allowed(Object.values(TABS).filter(Boolean), undefined, signal);
      requestAnimationFrame(() => this.querySelector('.tabs [aria-current]')?.scrollIntoView({inline: 'center', block: 'nearest'}));
      return rights;
    });
  }

  connectedCallback() {
    super.connectedCallback();
    this.rights.run();
    if (this.tab === 'keys') {
      this.keys.run();
    }
  }

  /** The address names it; whoever may not use it gets the server's refusal there, with its reasons. */
  get tab() {
    return Object.hasOwn(TABS, this.id) ? this.id : 'keys';
  }

  render() {
    return html`
      ${heading(t('access'), nothing, html`<p class="sub">${t('keys.sub')}</p>`)}
      ${this.rights.problem()}
      ${this.tabs()}
      <section>${this.content()}</section>`;
  }

  tabs() {
    const tab = (name, label) => (TABS[name] === '' || this.rights.value?.[TABS[name]]
        ? html`<a href=${link(name === 'keys' ? 'access' : `access/${name}`)} data-operation=${TABS[name] || nothing} aria-current=${this.tab === name ? 'page' : nothing}>${label}</a>`
        : nothing);
    return html`
      <nav class="tabs" aria-label=${t('access')}>
        ${tab('keys', t('keys'))}${tab('policies', t('policies'))}${tab('grants', t('grants'))}${tab('users', t('users'))}
        ${tab('groups', t('groups'))}${tab('projects', t('directory.projects'))}${tab('enterprise', t('enterprise'))}
      </nav>`;
  }

  content() {
    switch (this.tab) {
      case 'policies': return html`<v-policies></v-policies>`;
      case 'grants': return html`<v-grants></v-grants>`;
      case 'keys': return this.ownKeys();
      default: return html`<v-directory .kind=${this.tab}></v-directory>`;
    }
  }

  ownKeys() {
    return html`
      <div class="title-line"><h2>${t('keys')}</h2><button class="primary" @click=${() => this.create()}>${t('keys.create')}</button></div>
      ${this.keys.show((list) => (list.length ? this.table(list) : empty(t('keys.none'), t('keys.noneText'))))}`;
  }

  table(list) {
    return html`
      <v-rows class="keys" .label=${t('keys')} .items=${list.map((key) => ({id: key.access, ...key}))} .head=${html`
        <div role="columnheader" class="name">${t('keys.id')}</div>
        <div role="columnheader" class="seen">${t('keys.about')}</div>
        <div role="columnheader" class="state">${t('keys.state')}</div>
        <div role="columnheader" class="created_at">${t('image.created')}</div>
        <div role="columnheader" class="answers"><span class="visually-hidden">${t('keys.change')}</span></div>`}
        .row=${(key) => html`
          <div role="cell" class="name">${copyable(key.access, t('keys.id'), {short: false})}</div>
          <div role="cell" class="seen">${key.description || '–'}</div>
          <div role="cell" class="state">${status('key', key.status)}</div>
          <div role="cell" class="created_at">${time(key.create_time)}</div>
          <div role="cell" class="answers">
            <button class="small" aria-label=${key.status === 'active' ? t('keys.disableOne', {key: key.access}) : t('keys.enableOne', {key: key.access})}
              @click=${() => this.enable(key, key.status !== 'active')}>${key.status === 'active' ? t('keys.disable') : t('keys.enable')}</button>
            <button class="small" aria-label=${t('keys.deleteOne', {key: key.access})} @click=${() => this.deleteKey(key)}>${t('keys.delete')}</button>
          </div>`}></v-rows>`;
  }

  async change(act) {
    try {
      await act();
      await this.keys.run();
    } catch (error) {
      failure(error);
    }
  }

  async enable(key, enabled) {
    const yes = enabled || await confirm({
      title: t('keys.disableTitle', {key: key.access}), text: html`<p>${t('keys.disableText')}</p>`, action: t('keys.disable'),
    });
    if (yes) {
      await this.change(() => keys.enable(key.access, enabled));
    }
  }

  async deleteKey(key) {
    const yes = await confirm({
      title: t('keys.deleteTitle', {key: key.access}), text: html`<p>${t('keys.deleteText')}</p>`, action: t('keys.delete'), danger: true,
    });
    if (yes) {
      await this.change(() => keys.remove(key.access));
    }
  }

  async create() {
    const about = await dialog(t('keys.create'), (close) => html`
      <form @submit=${(event) => { event.preventDefault(); close({text: event.target.elements.about.value.trim()}); }}>
        ${field(t('keys.about'), html`<input name="about" maxlength="255" autofocus>`, t('keys.aboutHint'))}
        <div class="actions"><button type="button" @click=${() => close(null)}>${t('cancel')}</button><button class="primary">${t('keys.create')}</button></div>
      </form>`);
    if (!about) {
      return;
    }
    let key;
    try {
      key = await keys.create(about.text);
    } catch (error) {
      failure(error);
      return;
    }
    this.keys.run();
    await this.showOnce(key);
  }

  /** The secret is nowhere else. */
  showOnce(key) {
    // An account has no project to use it in.
    const fields = Object.entries({'Access Key Id': key.access, 'Secret Access Key': key.secret, 'Project Id': session().project.id})
        .filter(([, value]) => value);
    const text = `${fields.map(([name]) => name)}\n${fields.map(([, value]) => value)}\n`;
    const download = URL.createObjectURL(new Blob([text], {type: 'text/csv'}));
    return dialog(t('keys.made'), (close) => html`
      <p>${t('keys.once')}</p>
      <dl class="facts">
        <div><dt>${t('keys.id')}</dt><dd>${copyable(key.access, t('keys.id'), {short: false})}</dd></div>
        <div><dt>${t('keys.secret')}</dt><dd>${copyable(key.secret, t('keys.secret'), {short: false})}</dd></div>
      </dl>
      <div class="actions">
        <a class="button" href=${download} download="credentials.csv">${t('csv')}</a>
        <button class="primary" @click=${() => { URL.revokeObjectURL(download); close(true); }}>${t('keys.kept')}</button>
      </div>`, {persistent: () => true});
  }
}

customElements.define('v-access', Access);
