/** What happened to an image, or to all that concern the project: who did what, and when. */
import {html, nothing} from 'lit';
import {csv, events} from '../api/history.js';
import {ApiError} from '../api/http.js';
import {learnImages, learnPeople, names} from '../names.js';
import {link} from '../route.js';
import {save} from '../save.js';
import {session} from '../session.js';
import {t, word} from '../text/index.js';
import {person, project} from './named.js';
import './rows.js';
import {exactly} from './time.js';
import {failure} from './toast.js';
import {Loading, Part, empty} from './view.js';

/** Events of a page. */
const PAGE = '50';

/** Made by the member's side; the others by the owner's. */
const ANSWERS = new Set(['offer.accepted', 'offer.rejected', 'offer.reopened']);

/** Kinds of events, in the order of a life. */
export const KINDS = {
  offer: ['offer.created', 'offer.renewed', 'offer.accepted', 'offer.rejected', 'offer.reopened', 'offer.withdrawn'],
  image: ['image.recorded', 'image.created', 'image.staged', 'image.activated', 'image.visibility_changed',
    'image.owner_changed', 'image.updated', 'image.deactivated', 'image.reactivated', 'image.deleted'],
  rights: [
    'grant.created', 'grant.removed', 'policy.created', 'policy.changed', 'policy.deleted', 'role.created',
    'role.changed', 'role.deleted', 'group.created', 'group.changed', 'group.deleted', 'group.member_added',
    'group.member_removed', 'user.created', 'user.changed', 'user.enabled', 'user.disabled',
    'user.password_changed', 'user.deleted', 'project.created', 'project.changed', 'project.enabled',
    'project.disabled', 'project.deleted', 'domain.created', 'domain.changed', 'domain.enabled',
    'domain.disabled', 'domain.deleted', 'enterprise_project.created', 'enterprise_project.changed',
    'enterprise_project.enabled', 'enterprise_project.disabled', 'enterprise_project.deleted',
    'access_key.created', 'access_key.enabled', 'access_key.disabled', 'access_key.deleted',
    'application_credential.created', 'application_credential.deleted',
    'limit.created', 'limit.changed', 'limit.deleted'],
};

/** The project that acted, if only that is told; otherwise null. */
function sideOf(event) {
  if (event.user_id || event.kind === 'image.recorded') {
    return null;
  }
  return ANSWERS.has(event.kind) ? event.project_id : event.owner_project_id;
}

const other = () => html`<span class="tag">${t('history.otherAccount')}</span>`;

class Events extends Part {
  static properties = {image: {attribute: false}, filter: {attribute: false}, older: {state: true}};

  constructor() {
    super();
    /** Its id; empty: all that concern the project. */
    this.image = '';
    /** @type {Record<string, string | undefined>} kind, user_id, project_id, since, until */
    this.filter = {};
    /** @type {import('../api/history.js').Event[]} pages after the first */
    this.older = [];
    /** @type {string | null} of the last page; null: there is no other */
    this.marker = null;
    this.list = new Loading(this, async (signal) => {
      const page = await this.page({}, signal);
      this.older = [];
      return page;
    });
    this.more = new Loading(this, async (signal) => {
      this.older = [...this.older, ...await this.page({marker: this.marker || undefined}, signal)];
    });
    this.learned = new Loading(this, learnPeople);
    /** Names by id. */
    this.known = names();
  }

  connectedCallback() {
    super.connectedCallback();
    this.learned.run();
  }

  willUpdate(changed) {
    const asked = JSON.stringify([this.image, this.filter]);
    if ((changed.has('image') || changed.has('filter')) && asked !== this.asked) {
      this.asked = asked;
      this.more.aborter?.abort();
      this.list.restart();
    }
  }

  /** Reads it again: something has happened. */
  refresh() {
    this.list.run();
  }

  async page(place, signal) {
    const page = await events(this.image, {...this.filter, ...place, limit: PAGE}, signal);
    if (!this.image) {
      await learnImages(page.events.map((event) => event.image_id), signal);
    }
    if (!signal.aborted) {
      this.marker = page.next_marker;
    }
    return page.events.map((event) => ({...event, id: `${event.image_id} ${event.id}`}));
  }

  render() {
    if (!this.image) {
      return this.list.show((first) => (first.length ? this.table(first) : empty(t('history.none'), t('history.noneText'))));
    }
    // The page says already that there is no such image.
    return this.list.error instanceof ApiError && this.list.error.status === 404 ? nothing : html`
      <section class="card">
        <h2>${t('history')}</h2>
        ${this.list.show((first) => (first.length ? this.table(first) : html`<p class="nothing">${t('history.noneText')}</p>`))}
      </section>`;
  }

  table(first) {
    const whole = !this.image;
    this.known = names();
    return html`
      <v-rows class=${whole ? 'events' : 'events of-one'} .label=${t('history')} .items=${[...first, ...this.older]} .head=${html`
        <div role="columnheader" class="name">${t('history.what')}</div>
        ${whole ? html`<div role="columnheader" class="image">${t('history.image')}</div>` : nothing}
        <div role="columnheader" class="seen">${t('access.project')}</div>
        <div role="columnheader" class="by">${t('history.by')}</div>
        <div role="columnheader" class="created_at">${t('history.at')}</div>`}
        .row=${(event) => this.row(event, whole)}></v-rows>
      ${this.more.problem()}
      <p class="actions below">
        ${this.marker ? html`<button ?disabled=${this.more.busy} @click=${() => this.more.run()}>${t('history.older')}</button>` : nothing}
        <button data-operation=${whole ? 'LIST_HISTORY' : 'SHOW_IMAGE_HISTORY'} @click=${() => this.download()}>${t('csv')}</button>
      </p>`;
  }

  row(event, whole) {
    return html`
      <div role="cell" class="name">${this.what(event)}</div>
      ${whole ? html`<div role="cell" class="image">${this.about(event)}</div>` : nothing}
      <div role="cell" class="seen">${this.where(event)}${this.isOthers(event.project_id, event) ? other() : nothing}</div>
      <div role="cell" class="by">${this.by(event)}${sideOf(event) !== event.project_id && this.isOthers(sideOf(event), event) ? other() : nothing}</div>
      <div role="cell" class="created_at"><time datetime=${event.at}>${exactly(event.at)}</time></div>`;
  }

  /** @param {import('../api/history.js').Event} event */
  what(event) {
    const what = word('event', event.kind);
    switch (event.kind) {
      case 'image.visibility_changed':
        return `${what}: ${word('status.visibility', event.from)} → ${word('status.visibility', event.to)}`;
      case 'image.owner_changed':
        return html`${what}: ${project(event.to || '', this.known)}`;
      default:
        return what;
    }
  }

  /** The image; or whose right it was, by the names that the event keeps. */
  about(event) {
    if (event.image_id) {
      return html`<a href=${link(`images/${event.image_id}`)}>${this.known[event.image_id] || `${event.image_id.slice(0, 8)}…`}</a>`;
    }
    const right = event.after || event.before || {};
    if (event.kind.startsWith('grant.')) {
      return html`${right.role} → ${person(right.principal_id, this.known)}`;
    }
    if (event.kind.startsWith('group.member')) {
      return `${right.user} → ${right.group}`;
    }
    const name = right.display_name || right.name || right.id;
    return right.user_id ? html`${name} → ${person(right.user_id, this.known)}` : name;
  }

  /** Whether this project belongs to another account than the present one. */
  isOthers(id, event) {
    return event.other_account && id && id !== session().project.id;
  }

  /** The member; or where a right counts. */
  where(event) {
    if (event.project_id) {
      return project(event.project_id, this.known);
    }
    const {scope, scope_id: id} = event.after || event.before || {};
    return scope ? html`<span title=${id}>${word('place', scope)}${this.known[id] ? html` <b>${this.known[id]}</b>` : nothing}</span>` : nothing;
  }

  /** The user; or the project, which does not tell others which of its users it was. */
  by(event) {
    if (event.user_id) {
      return person(event.user_id, this.known);
    }
    const side = sideOf(event);
    return side ? project(side, this.known) : '–';
  }

  async download() {
    try {
      save(await csv(this.image, 'history', this.filter), this.image ? `history-${this.image}.csv` : 'history.csv');
    } catch (error) {
      failure(error);
    }
  }
}

customElements.define('v-events', Events);
