/** A list of users, groups, projects or enterprise projects, with what the caller may do to each. */
import {html, nothing} from 'lit';
import * as directory from '../api/directory.js';
import {allowed} from '../api/explain.js';
import {copyable} from './copy.js';
import {confirm, dialog, field} from './dialog.js';
import {problem} from './problem.js';
import './rows.js';
import {status} from './status.js';
import {failure} from './toast.js';
import {Loading, Part, empty} from './view.js';
import {outdated} from '../names.js';
import {session} from '../session.js';
import {t} from '../text/index.js';

/** Letters of names and descriptions; Keystone has fewer for the names of projects. */
const NAME = {users: 255, groups: 255, projects: 64, enterprise: 255};

/** Those of EPS: no other protocol limits the letters. */
const ENTERPRISE_NAME = '[A-Za-z0-9_\\-]+';

/**
 * @typedef {'users' | 'groups' | 'projects' | 'enterprise'} Kind
 * @typedef {{create: string, update: string, remove?: string, enable?: string, disable?: string}} Operations
 */

/** @type {Record<Kind, Operations>} */
const OPERATIONS = {
  users: {create: 'CREATE_USER', update: 'UPDATE_USER', remove: 'DELETE_USER', enable: 'UPDATE_USER', disable: 'UPDATE_USER'},
  groups: {create: 'CREATE_GROUP', update: 'UPDATE_GROUP', remove: 'DELETE_GROUP'},
  projects: {create: 'CREATE_PROJECT', update: 'UPDATE_PROJECT', remove: 'DELETE_PROJECT', enable: 'UPDATE_PROJECT', disable: 'UPDATE_PROJECT'},
  enterprise: {create: 'CREATE_ENTERPRISE_PROJECT', update: 'UPDATE_ENTERPRISE_PROJECT', enable: 'ENABLE_ENTERPRISE_PROJECT', disable: 'DISABLE_ENTERPRISE_PROJECT'},
};

const OF_MEMBERS = ['LIST_USERS_IN_GROUP', 'ADD_USER_TO_GROUP', 'REMOVE_USER_FROM_GROUP', 'LIST_USERS'];

/** The words of each kind. */
const WORDS = {
  users: () => ({title: t('users'), create: t('users.create'), edit: t('users.edit'), none: t('users.none'), text: t('users.noneText'), gone: t('users.deleteText')}),
  groups: () => ({title: t('groups'), create: t('groups.create'), edit: t('groups.edit'), none: t('groups.none'), text: t('groups.noneText'), gone: t('groups.deleteText')}),
  projects: () => ({title: t('directory.projects'), create: t('directory.createProject'), edit: t('directory.editProject'), none: t('directory.noProjects'), text: t('directory.noProjectsText'), gone: t('directory.deleteProjectText')}),
  enterprise: () => ({title: t('enterprise'), create: t('enterprise.create'), edit: t('enterprise.edit'), none: t('enterprise.none'), text: t('enterprise.noneText'), gone: ''}),
};

class Directory extends Part {
  static properties = {kind: {attribute: false}};

  constructor() {
    super();
    /** @type {Kind} */
    this.kind = 'users';
    this.list = new Loading(this, (signal) => this.read(signal));
    this.rights = new Loading(this, (signal) => allowed(this.asked(), undefined, signal));
  }

  willUpdate(changed) {
    if (changed.has('kind')) {
      this.list.restart();
      this.rights.restart();
    }
  }

  read(signal) {
    return this.kind === 'enterprise' ? directory.enterpriseProjects(signal) : directory.list(this.kind, signal);
  }

  asked() {
    const operations = new Set(Object.values(OPERATIONS[this.kind]));
    return [...operations, ...(this.kind === 'groups' ? OF_MEMBERS : [])];
  }

  may(operation) {
    return operation !== undefined && this.rights.value?.[operation] === true;
  }

  render() {
    const {create} = OPERATIONS[this.kind];
    const words = WORDS[this.kind]();
    return html`
      <div class="title-line"><h2>${words.title}</h2>
        ${this.may(create) ? html`<button class="primary" data-operation=${create} @click=${() => this.edit(null)}>${words.create}</button>` : nothing}</div>
      ${this.rights.problem()}
      ${this.list.show((list) => (list.length ? this.table(list, words) : empty(words.none, words.text)))}`;
  }

  /** @param {directory.Entry[]} list */
  table(list, words) {
    const sorted = [...list].sort((a, b) => a.name.localeCompare(b.name));
    return html`
      <v-rows class=${this.kind === 'groups' ? 'directory stateless' : 'directory'} .label=${words.title} .items=${sorted} .head=${html`
        <div role="columnheader" class="name">${t('image.name')}</div>
        <div role="columnheader" class="seen">${t('keys.about')}</div>
        ${this.kind === 'groups' ? nothing : html`<div role="columnheader" class="state">${t('keys.state')}</div>`}
        <div role="columnheader" class="answers"><span class="visually-hidden">${t('keys.change')}</span></div>`}
        .row=${(entry) => html`
          <div role="cell" class="name">${copyable(entry.id, t('image.id'), {name: entry.name})}</div>
          <div role="cell" class="seen" title=${entry.description || ''}>${entry.description || '–'}</div>
          ${this.kind === 'groups' ? nothing : html`<div role="cell" class="state">${status('key', entry.enabled ? 'active' : 'inactive')}</div>`}
          <div role="cell" class="answers">${this.actions(entry)}</div>`}></v-rows>`;
  }

  /** @param {directory.Entry} entry */
  actions(entry) {
    // EPS has one enterprise project that nobody may change.
    if (this.kind === 'enterprise' && entry.id === '0') {
      return nothing;
    }
    if (entry.options?.immutable) {
      return html`<small>${t('directory.immutable')}</small>`;
    }
    const {update, remove, enable, disable} = OPERATIONS[this.kind];
    const {name} = entry;
    const switching = entry.enabled ? disable : enable;
    const button = (operation, text, label, act) => (this.may(operation)
        ? html`<button class="small" data-operation=${operation} aria-label=${label} @click=${act}>${text}</button>`
        : nothing);
    return html`
      ${this.kind === 'groups' ? button('LIST_USERS_IN_GROUP', t('groups.members'), t('groups.membersOf', {name}), () => this.showMembers(entry)) : nothing}
      ${this.kind === 'enterprise' && !entry.enabled ? nothing : button(update, t('policy.edit'), t('policy.editOne', {name}), () => this.edit(entry))}
      ${entry.enabled
          ? button(switching, t('keys.disable'), t('keys.disableOne', {key: name}), () => this.enable(entry, false))
          : button(switching, t('keys.enable'), t('keys.enableOne', {key: name}), () => this.enable(entry, true))}
      ${button(remove, t('keys.delete'), t('keys.deleteOne', {key: name}), () => this.drop(entry))}`;
  }

  async change(act) {
    try {
      await act();
      outdated();
      await this.list.run();
    } catch (error) {
      failure(error);
    }
  }

  async enable(entry, enabled) {
    const text = this.kind === 'users' ? t('users.disableText') : this.kind === 'projects' ? t('directory.disableText') : t('enterprise.disableText');
    const yes = enabled || await confirm({
      title: t('directory.disableTitle', {name: entry.name}), text: html`<p>${text}</p>${this.itself(entry)}`, action: t('keys.disable'),
    });
    if (yes) {
      const {kind} = this;
      await this.change(() => (kind === 'enterprise'
          ? directory.enableEnterpriseProject(entry.id, enabled) : directory.change(kind, entry.id, {enabled})));
    }
  }

  /** Whoever disables or deletes itself, or where it is, is out. */
  itself(entry) {
    return entry.id === session().user.id || entry.id === session().project.id ? html`<p><b>${t('directory.itself')}</b></p>` : nothing;
  }

  async drop(entry) {
    const yes = await confirm({
      title: t('directory.deleteTitle', {name: entry.name}),
      text: html`<p>${WORDS[this.kind]().gone}</p>${this.itself(entry)}`,
      action: t('keys.delete'),
      danger: true,
    });
    if (yes) {
      await this.change(() => directory.remove(/** @type {directory.Kind} */ (this.kind), entry.id));
    }
  }

  /** @param {directory.Entry | null} entry null: a new one */
  async edit(entry) {
    const {kind} = this;
    const words = WORDS[kind]();
    let error = null;
    let busy = false;
    const saved = await dialog(entry ? words.edit : words.create, (close, update) => {
      const save = async (event) => {
        event.preventDefault();
        const {name, about, email, password} = event.target.elements;
        const fields = {name: name.value.trim(), description: about.value.trim()};
        if (email && (email.value.trim() || entry?.email)) {
          Object.assign(fields, {email: email.value.trim()});
        }
        if (password?.value) {
          Object.assign(fields, {password: password.value});
        }
        busy = true;
        update();
        try {
          await (kind === 'enterprise' ? directory.saveEnterpriseProject(entry?.id || '', fields)
              : entry ? directory.change(kind, entry.id, fields) : directory.create(kind, fields));
          close(true);
        } catch (failed) {
          error = failed;
          busy = false;
          update();
        }
      };
      return html`
        <form @submit=${save}>
          ${field(t('image.name'), kind === 'enterprise'
              ? html`<input name="name" maxlength=${NAME[kind]} pattern=${ENTERPRISE_NAME} title=${t('enterprise.nameHint')} required .value=${entry?.name || ''} autofocus>`
              : html`<input name="name" maxlength=${NAME[kind]} required .value=${entry?.name || ''} autofocus autocomplete="off">`,
              kind === 'enterprise' ? t('enterprise.nameHint') : nothing)}
          ${field(t('keys.about'), html`<input name="about" maxlength="255" .value=${entry?.description || ''}>`)}
          ${kind === 'users' ? html`
            ${field(t('users.email'), html`<input name="email" type="email" maxlength="255" autocomplete="off" .value=${entry?.email || ''}>`)}
            ${field(entry ? t('users.newPassword') : t('login.password'),
                html`<input name="password" type="password" autocomplete="new-password" ?required=${!entry}>`, entry ? t('users.keepPassword') : nothing)}` : nothing}
          ${error ? problem(error) : nothing}
          <div class="actions"><button type="button" @click=${() => close(null)}>${t('cancel')}</button>
            <button class="primary" ?disabled=${busy}>${t('save')}</button></div>
        </form>`;
    });
    if (saved) {
      outdated();
      this.list.run();
    }
  }

  /** Who is in a group; to be changed at once. */
  async showMembers(group) {
    /** @type {directory.Entry[] | null} */
    let members = null;
    /** @type {directory.Entry[]} */
    let users = [];
    let error = null;
    let redraw = () => {};
    const read = async () => {
      try {
        members = await directory.members(group.id);
      } catch (failed) {
        error = failed;
      }
      redraw();
    };
    const change = async (act) => {
      error = null;
      await act().catch((failed) => (error = failed));
      await read();
    };
    read();
    if (this.may('ADD_USER_TO_GROUP') && this.may('LIST_USERS')) {
      directory.list('users').then((all) => { users = all; redraw(); }, () => {});
    }
    await dialog(t('groups.membersOf', {name: group.name}), (close, update) => {
      redraw = update;
      const others = users.filter((user) => !members?.some((member) => member.id === user.id));
      const add = (event) => {
        event.preventDefault();
        const {user} = event.target.elements;
        const id = user.value.trim();
        user.value = '';
        change(() => directory.addMember(group.id, id));
      };
      const remove = async (user) => {
        const yes = await confirm({
          title: t('groups.removeTitle', {name: user.name, group: group.name}), text: html`<p>${t('groups.removeText', {name: user.name})}</p>`, action: t('groups.remove'),
          danger: true,
        });
        if (yes) {
          await change(() => directory.removeMember(group.id, user.id));
        }
      };
      return html`
        ${members === null ? error ? nothing : html`<p role="status">${t('loading')}</p>` : members.length ? html`
          <ul class="brief people-list">
            ${members.map((user) => html`<li><span>${user.name}</span>${this.may('REMOVE_USER_FROM_GROUP') ? html`
              <button class="small" data-operation="REMOVE_USER_FROM_GROUP" aria-label=${t('share.without', {name: user.name})}
                @click=${() => remove(user)}>${t('groups.remove')}</button>` : nothing}</li>`)}
          </ul>` : html`<p class="nothing">${t('groups.nobody')}</p>`}
        ${this.may('ADD_USER_TO_GROUP') ? html`
          <form class="inline" @submit=${add}>
            <label><span class="visually-hidden">${t('groups.user')}</span>${picker('user', others, t('groups.user'))}</label>
            <button data-operation="ADD_USER_TO_GROUP">${t('add')}</button>
          </form>` : nothing}
        ${error ? problem(error) : nothing}
        <div class="actions"><button @click=${() => close(null)}>${t('close')}</button></div>`;
    });
  }
}

/**
 * One of these by name; by id, if none can be listed.
 *
 * @param {string} name of the field
 * @param {directory.Entry[]} entries
 * @param {string} label
 * @param {(event: Event) => void} [changed]
 */
export function picker(name, entries, label, changed = () => {}) {
  const sorted = [...entries].sort((a, b) => a.name.localeCompare(b.name));
  return sorted.length
      ? html`<select name=${name} required @change=${changed}><option value="">${label}</option>
          ${sorted.map((entry) => html`<option value=${entry.id}>${entry.name}</option>`)}</select>`
      : html`<input name=${name} class="mono" required spellcheck="false" placeholder="ID" @change=${changed}>`;
}

customElements.define('v-directory', Directory);
