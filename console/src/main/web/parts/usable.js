/** The images that the project can see or use, or could at a moment: by whom, since when, and when it last used them. */
import {html, nothing} from 'lit';
import {csv, usable} from '../api/history.js';
import {learn, learnImages, names} from '../names.js';
import {link} from '../route.js';
import {save} from '../save.js';
import {t, word} from '../text/index.js';
import {asOfField} from './as-of.js';
import {project} from './named.js';
import './rows.js';
import {status} from './status.js';
import {time} from './time.js';
import {failure} from './toast.js';
import {Loading, Part, empty} from './view.js';

/** Images of a page. */
const PAGE = '100';

class Usable extends Part {
  static properties = {asOf: {attribute: false}, further: {state: true}};

  constructor() {
    super();
    /** A moment; empty: now. */
    this.asOf = '';
    /** @type {import('../api/history.js').Usable[]} pages after the first */
    this.further = [];
    /** @type {string | null} of the last page; null: there is no other */
    this.marker = null;
    this.list = new Loading(this, async (signal) => {
      const page = await this.page(undefined, signal);
      this.further = [];
      return page;
    });
    this.more = new Loading(this, async (signal) => {
      this.further = [...this.further, ...await this.page(this.marker || undefined, signal)];
    });
    this.learned = new Loading(this, learn);
    /** Names by id. */
    this.known = names();
  }

  connectedCallback() {
    super.connectedCallback();
    this.learned.run();
  }

  willUpdate(changed) {
    if (changed.has('asOf') && this.asOf !== this.asked) {
      this.asked = this.asOf;
      this.more.aborter?.abort();
      this.list.restart();
    }
  }

  async page(marker, signal) {
    const page = await usable({as_of: this.asOf, limit: PAGE, marker}, signal);
    await learnImages(page.images.map((one) => one.image_id), signal);
    if (!signal.aborted) {
      this.marker = page.next_marker;
    }
    return page.images.map((one) => ({...one, id: one.image_id}));
  }

  render() {
    return html`
      <div class="filters">${asOfField(this.asOf)}</div>
      ${this.list.show((first) => (first.length ? this.table(first)
          : empty(this.asOf ? t('usable.noneThen') : t('usable.none'), t('usable.noneText'))))}`;
  }

  table(first) {
    this.known = names();
    return html`
      <v-rows class="usable" .label=${t('usable')} .items=${[...first, ...this.further]} .head=${html`
        <div role="columnheader" class="name">${t('history.image')}</div>
        <div role="columnheader" class="seen">${t('usable.from')}</div>
        <div role="columnheader" class="state">${t('access.state')}</div>
        <div role="columnheader" class="created_at">${t('access.since')}</div>
        <div role="columnheader" class="outcome">${t('access.can')}</div>
        <div role="columnheader" class="used">${t('access.used')}</div>`}
        .row=${(one) => this.row(one)}></v-rows>
      ${this.more.problem()}
      <p class="actions below">
        ${this.marker ? html`<button ?disabled=${this.more.busy} @click=${() => this.more.run()}>${t('usable.more')}</button>` : nothing}
        <button data-operation="LIST_ACCESS" @click=${() => this.download()}>${t('csv')}</button>
      </p>`;
  }

  /** @param {import('../api/history.js').Usable} one */
  row(one) {
    const name = this.known[one.image_id];
    return html`
      <div role="cell" class="name"><a href=${link(`images/${one.image_id}`)} title=${one.image_id}>${name || html`<span class="mono">${one.image_id.slice(0, 8)}…</span>`}</a></div>
      <div role="cell" class="seen">${one.owner_project_id ? project(one.owner_project_id, this.known) : '–'}</div>
      <div role="cell" class="state">${this.state(one)}</div>
      <div role="cell" class="created_at">${time(one.since)}</div>
      <div role="cell" class="outcome">${one.can.map((way) => word('way', way)).join(t('comma'))}</div>
      <div role="cell" class="used"><span class="narrow">${t('access.used')} </span>${one.last_used_at ? time(one.last_used_at) : t('access.never')}</div>`;
  }

  /** By what the project can use it: as its owner, by an offer, or as everybody. */
  state({relation, member_status: answer, visibility}) {
    switch (relation) {
      case 'owner': return t('image.owner');
      case 'member': return status('member', answer);
      default: return word('status.visibility', visibility);
    }
  }

  async download() {
    try {
      save(await csv('', 'access', {as_of: this.asOf}), 'access.csv');
    } catch (error) {
      failure(error);
    }
  }
}

customElements.define('v-usable', Usable);
