/** Requests of the project that were refused, counted each minute; all of them for cloud administrators. */
import {html, nothing} from 'lit';
import {refusals} from '../api/history.js';
import {learnPeople, names} from '../names.js';
import {t, word} from '../text/index.js';
import {copyable} from './copy.js';
import {person} from './named.js';
import './rows.js';
import {exactly} from './time.js';
import {Loading, Part, empty} from './view.js';

/** Rows of a page. */
const PAGE = '50';

class Refused extends Part {
  static properties = {filter: {attribute: false}, older: {state: true}};

  constructor() {
    super();
    /** @type {Record<string, string | undefined>} user_id, project_id, since, until */
    this.filter = {};
    /** @type {import('../api/history.js').Refusal[]} pages after the first */
    this.older = [];
    /** @type {string | null} of the last page; null: there is no other */
    this.marker = null;
    this.list = new Loading(this, async (signal) => {
      const rows = await this.page({}, signal);
      this.older = [];
      return rows;
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
    const asked = JSON.stringify(this.filter);
    if (changed.has('filter') && asked !== this.asked) {
      this.asked = asked;
      this.more.aborter?.abort();
      this.list.restart();
    }
  }

  async page(place, signal) {
    const page = await refusals({...this.filter, ...place, limit: PAGE}, signal);
    if (!signal.aborted) {
      this.marker = page.next_marker;
    }
    return page.refusals;
  }

  render() {
    return this.list.show((first) => (first.length ? this.table(first) : empty(t('refused.none'), t('refused.noneText'))));
  }

  table(first) {
    this.known = names();
    return html`
      <v-rows class="refused" .label=${t('refused')} .items=${[...first, ...this.older]} .head=${html`
        <div role="columnheader" class="name">${t('refused.operation')}</div>
        <div role="columnheader" class="size">${t('refused.count')}</div>
        <div role="columnheader" class="image">${t('refused.target')}</div>
        <div role="columnheader" class="by">${t('history.by')}</div>
        <div role="columnheader" class="created_at">${t('history.at')}</div>`}
        .row=${(row) => this.row(row)}></v-rows>
      ${this.more.problem()}
      <p class="actions below">
        ${this.marker ? html`<button ?disabled=${this.more.busy} @click=${() => this.more.run()}>${t('history.older')}</button>` : nothing}
      </p>`;
  }

  /** @param {import('../api/history.js').Refusal} row */
  row(row) {
    const what = row.operation ? word('operation', row.operation) : t('refused.several');
    return html`
      <div role="cell" class="name" title=${row.reason ? `${what}: ${row.reason}` : what}>${what}</div>
      <div role="cell" class="size">${row.count}</div>
      <div role="cell" class="image">${row.target ? copyable(row.target, t('refused.target'), {name: this.known[row.target]}) : nothing}</div>
      <div role="cell" class="by">${this.by(row)}</div>
      <div role="cell" class="created_at"><time datetime=${row.until}>${exactly(row.until)}</time></div>`;
  }

  by(row) {
    if (!row.user_id) {
      return t('refused.unknown');
    }
    return person(row.user_id, this.known);
  }
}

customElements.define('v-refused', Refused);
