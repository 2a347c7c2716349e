/** Who holds which role or policy where; giving and revoking. */
import {html, nothing} from 'lit';
import * as directory from '../api/directory.js';
import {allowed} from '../api/explain.js';
import {ApiError} from '../api/http.js';
import {copyable} from './copy.js';
import {confirm, dialog, field} from './dialog.js';
import {picker} from './directory.js';
import {icon} from './icon.js';
import {problem} from './problem.js';
import './rows.js';
import {failure} from './toast.js';
import {Loading, Part, empty} from './view.js';
import {t, word} from '../text/index.js';

/** Every combination has an operation of its own. */
const COMBINATIONS = directory.PRINCIPALS.flatMap((principal) => directory.PLACES.map((place) => ({principal, place})));

const GRANT = COMBINATIONS.map(({principal, place}) => directory.operation('GRANT', principal, place));
const REVOKE = COMBINATIONS.map(({principal, place}) => directory.operation('REVOKE', principal, place));

/**
 * What the caller may list; the rest is shown by its id.
 *
 * @typedef {Record<'user' | 'group' | 'role' | 'project' | 'enterprise_project', directory.Entry[]>} Known
 */

/** @returns {Promise<Known>} */
async function known(signal) {
  const or = (list) => list.catch((error) => {
    if (error instanceof ApiError && error.status === 403) {
      return [];
    }
    throw error;
  });
  const [user, group, role, project, enterprise] = await Promise.all([
    or(directory.list('users', signal)), or(directory.list('groups', signal)), or(directory.roles(signal)),
    or(directory.list('projects', signal)), or(directory.enterpriseProjects(signal)),
  ]);
  return {user, group, role, project, enterprise_project: enterprise};
}

class Grants extends Part {
  static properties = {search: {state: true}};

  constructor() {
    super();
    this.search = '';
    this.list = new Loading(this, async (signal) => {
      const [grants, names] = await Promise.all([directory.grants(signal), known(signal)]);
      return {grants, known: names};
    });
    this.rights = new Loading(this, (signal) => allowed([...GRANT, ...REVOKE], undefined, signal));
  }

  connectedCallback() {
    super.connectedCallback();
    this.list.run();
    this.rights.run();
  }

  may(operation) {
    return this.rights.value?.[operation] === true;
  }

  /** Whether the caller may give and take that role. */
  mayHandle(role) {
    return this.may('cloud_admin') || !directory.OF_THE_CLOUD.includes(role);
  }

  /** The combinations that the caller may grant. */
  get grantable() {
    return COMBINATIONS.filter(({principal, place}) => this.may(directory.operation('GRANT', principal, place)));
  }

  render() {
    const [first] = this.grantable;
    return html`
      <div class="title-line"><h2>${t('grants')}</h2>
        ${first ? html`<button class="primary" data-operation=${directory.operation('GRANT', first.principal, first.place)}
          @click=${() => this.give()}>${t('grants.create')}</button>` : nothing}</div>
      ${this.rights.problem()}
      ${this.list.show((found) => (found.grants.length ? this.table(found) : empty(t('grants.none'), t('grants.noneText'))))}`;
  }

  /** @param {Known} names */
  named(names, grant) {
    const name = (entries, id) => entries.find((entry) => entry.id === id)?.name || '';
    return {
      ...grant,
      whoName: name(names[grant.principal], grant.who),
      roleName: name(names.role, grant.role),
      whereName: grant.place === 'project' || grant.place === 'enterprise_project'
          ? name(names[grant.place], grant.where) : directory.wholeDomain().id === grant.where ? directory.wholeDomain().name : '',
    };
  }

  table({grants, known: names}) {
    const words = this.search.toLowerCase().split(/\s+/).filter(Boolean);
    const all = grants.map((grant) => this.named(names, grant));
    const shown = all.filter((one) => {
      const text = Object.values(one).join(' ').toLowerCase();
      return words.every((part) => text.includes(part));
    }).sort((a, b) => (a.whoName || a.who).localeCompare(b.whoName || b.who));
    return html`
      <form class="filters" role="search" @submit=${(event) => event.preventDefault()}>
        <label class="search">${icon('search')}<span class="visually-hidden">${t('grants.search')}</span>
          <input type="search" placeholder=${t('grants.search')} @input=${(event) => (this.search = event.target.value)}></label>
      </form>
      <p class="result" role="status">${t('grants.count', {n: shown.length})}</p>
      <v-rows class="grants" .label=${t('grants')} .items=${shown} .head=${html`
        <div role="columnheader" class="name">${t('grants.who')}</div>
        <div role="columnheader" class="outcome">${t('grants.role')}</div>
        <div role="columnheader" class="seen">${t('grants.where')}</div>
        <div role="columnheader" class="answers"><span class="visually-hidden">${t('keys.change')}</span></div>`}
        .row=${(grant) => this.row(grant)}></v-rows>`;
  }

  row(grant) {
    const operation = directory.operation('REVOKE', grant.principal, grant.place);
    const who = grant.whoName || grant.who;
    const role = grant.roleName || grant.role;
    return html`
      <div role="cell" class="name">${copyable(grant.who, t('image.id'), {name: grant.whoName})}${grant.principal === 'group' ? html`<span class="tag">${t('grants.group')}</span>` : nothing}</div>
      <div role="cell" class="outcome" title=${role}>${role}</div>
      <div role="cell" class="seen" title=${grant.where}>${this.placeWords(grant)}</div>
      <div role="cell" class="answers">${this.may(operation) && this.mayHandle(role) ? html`
        <button class="small" data-operation=${operation} aria-label=${t('grants.revokeOne', {role, who})} @click=${() => this.revoke(grant, role, who)}>${t('grants.revoke')}</button>` : nothing}</div>`;
  }

  placeWords(grant) {
    const name = grant.whereName || `${grant.where.slice(0, 8)}…`;
    switch (grant.place) {
      case 'project': return t('grants.onProject', {name});
      case 'enterprise_project': return t('grants.onEnterprise', {name});
      case 'all_projects': return t('grants.onAll', {name});
      default: return t('grants.onDomain', {name});
    }
  }

  async revoke(grant, role, who) {
    const yes = await confirm({
      title: t('grants.revokeTitle', {role, who}), text: html`<p>${this.placeWords(grant)}</p><p>${t('grants.revokeText')}</p>`, action: t('grants.revoke'), danger: true,
    });
    if (yes) {
      try {
        await directory.revoke(grant);
        await this.list.run();
      } catch (error) {
        failure(error);
      }
    }
  }

  async give() {
    let names;
    try {
      names = this.list.value?.known || await known(undefined);
    } catch (error) {
      failure(error);
      return;
    }
    const {grantable} = this;
    let {principal, place} = grantable[0];
    let error = null;
    let busy = false;
    const given = await dialog(t('grants.create'), (close, update) => {
      const submit = async (event) => {
        event.preventDefault();
        const {who, role, where} = event.target.elements;
        busy = true;
        update();
        try {
          await directory.give({principal, who: who.value.trim(), role: role.value.trim(), place, where: where ? where.value.trim() : directory.wholeDomain().id});
          close(true);
        } catch (failed) {
          error = failed;
          busy = false;
          update();
        }
      };
      const places = grantable.filter((one) => one.principal === principal).map((one) => one.place);
      const principals = [...new Set(grantable.map((one) => one.principal))];
      const choose = (value) => {
        principal = value;
        if (!grantable.some((one) => one.principal === principal && one.place === place)) {
          ({place} = grantable.find((one) => one.principal === principal));
        }
        update();
      };
      return html`
        <form @submit=${submit}>
          <div class="pair">
            ${field(t('grants.to'), html`<select name="principal" autofocus @change=${(event) => choose(event.target.value)}>
              ${principals.map((one) => html`<option value=${one} ?selected=${one === principal}>${word('principal', one)}</option>`)}</select>`)}
            ${principal === 'user' ? field(word('principal', 'user'), picker('who', names.user, t('grants.choose'))) : nothing}
            ${principal === 'group' ? field(word('principal', 'group'), picker('who', names.group, t('grants.choose'))) : nothing}
          </div>
          ${field(t('grants.role'), picker('role', names.role.filter((role) => this.mayHandle(role.name)), t('grants.choose')))}
          <div class="pair">
            ${field(t('grants.where'), html`<select name="place" @change=${(event) => { place = event.target.value; update(); }}>
              ${places.map((one) => html`<option value=${one} ?selected=${one === place}>${word('place', one)}</option>`)}</select>`, word('placeHint', place))}
            ${place === 'project' ? field(word('place', 'project'), picker('where', names.project, t('grants.choose'))) : nothing}
            ${place === 'enterprise_project' ? field(word('place', 'enterprise_project'),
                picker('where', names.enterprise_project.filter((one) => one.id !== '0'), t('grants.choose'))) : nothing}
          </div>
          ${error ? problem(error) : nothing}
          <div class="actions"><button type="button" @click=${() => close(null)}>${t('cancel')}</button>
            <button class="primary" ?disabled=${busy}>${t('grants.give')}</button></div>
        </form>`;
    });
    if (given) {
      this.list.run();
    }
  }
}

customElements.define('v-grants', Grants);
