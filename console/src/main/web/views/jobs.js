/** Jobs that this browser started, running first; one of them, live, with what became of each pair. */
import {html, nothing} from 'lit';
import {ended, rehearse, watch} from '../api/sharing.js';
import {copyable} from '../parts/copy.js';
import {status} from '../parts/status.js';
import {time} from '../parts/time.js';
import '../parts/rows.js';
import {View, Loading, empty, heading} from '../parts/view.js';
import {forget, recall, refreshed} from '../jobs.js';
import {go, link} from '../route.js';
import {t, word} from '../text/index.js';

/** What a job is about, in words. */
export function title(kept) {
  const {batch, names} = kept;
  const n = batch.images.length;
  const what = n === 1 ? names[batch.images[0]] || t('jobs.images', {n}) : t('jobs.images', {n});
  switch (batch.kind) {
    case 'add': return t('jobs.add', {what});
    case 'remove': return t('jobs.remove', {what});
    case 'accepted': return t('jobs.accepted', {what});
    default: return t('jobs.rejected', {what});
  }
}

/** How an ended job went. */
export function outcome(job) {
  if (job.status === 'SUCCESS') {
    return t('jobs.success');
  }
  const {results} = job.entities;
  const failed = results.filter((pair) => pair.status === 'failed').length;
  return failed ? t('jobs.failed', {n: failed, all: results.length}) : t('jobs.fail');
}

class Jobs extends View {
  constructor() {
    super();
    this.list = new Loading(this, (signal) => this.read(signal));
  }

  connectedCallback() {
    super.connectedCallback();
    if (!this.id) {
      this.list.run();
    }
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  async read(signal) {
    const all = (await refreshed(recall(), signal)).filter(({kept, job}) => job || forget(kept.id));
    if (all.some(({job}) => job && !ended(job))) {
      this.timer = setTimeout(() => this.list.run(), 1000);
    }
    return all.sort((a, b) => Number(ended(a.job)) - Number(ended(b.job)));
  }

  render() {
    if (this.id) {
      const kept = recall().find((one) => one.id === this.id);
      return html`
        ${heading(kept ? title(kept) : t('jobs.one'), nothing, html`<p class="sub"><a href=${link('jobs')}>${t('jobs.all')}</a></p>`)}
        <v-job .job=${this.id} .names=${kept?.names || {}} .batch=${kept?.batch}></v-job>`;
    }
    return html`
      ${heading(t('jobs'), nothing, html`<p class="sub">${t('jobs.sub')}</p>`)}
      ${this.list.show((jobs) => (jobs.length ? this.table(jobs) : empty(t('jobs.none'), t('jobs.noneText'))))}`;
  }

  table(jobs) {
    return html`
      <v-rows class="jobs" .label=${t('jobs')} .items=${jobs.map((one) => ({id: one.kept.id, ...one}))} .head=${html`
        <div role="columnheader" class="name">${t('jobs.what')}</div>
        <div role="columnheader" class="state">${t('jobs.state')}</div>
        <div role="columnheader" class="outcome">${t('jobs.outcome')}</div>
        <div role="columnheader" class="created_at">${t('jobs.begun')}</div>`}
        .row=${({kept, job}) => html`
          <div role="cell" class="name"><a href=${link(`jobs/${kept.id}`)}>${title(kept)}</a></div>
          <div role="cell" class="state">${status('job', job.status)}</div>
          <div role="cell" class="outcome">${ended(job) ? outcome(job) : `${job.entities.process_percent} %`}</div>
          <div role="cell" class="created_at">${time(kept.at)}</div>`}></v-rows>`;
  }
}

customElements.define('v-jobs', Jobs);

/** One job, as it runs. */
class JobPart extends View {
  static properties = {job: {attribute: false}, names: {attribute: false}, batch: {attribute: false}, reasons: {state: true}};

  constructor() {
    super();
    this.job = '';
    /** @type {Record<string, string>} */
    this.names = {};
    /** @type {import('../api/sharing.js').Batch | undefined} */
    this.batch = undefined;
    /** @type {Record<string, string>} codes of pairs that would fail still, by `image project` */
    this.reasons = {};
    this.state = new Loading(this, (signal) => this.follow(signal));
  }

  willUpdate(changed) {
    if (changed.has('job')) {
      this.reasons = {};
      this.state.restart();
    }
  }

  async follow(signal) {
    let last;
    for await (const state of watch(this.job, signal)) {
      this.state.value = last = state;
      this.requestUpdate();
    }
    this.dispatchEvent(new CustomEvent('ended', {detail: last}));
    this.explainFailures(last, signal);
    return last;
  }

  /** A job tells which pairs failed, a rehearsal of these tells why. */
  async explainFailures(job, signal) {
    const failed = job.entities.results.filter((pair) => pair.status === 'failed');
    if (!failed.length || this.batch?.kind !== 'add') {
      return;
    }
    const unique = (values) => [...new Set(values)];
    const batch = {
      kind: /** @type {'add'} */ ('add'),
      images: unique(failed.map((pair) => pair.image_id)),
      projects: unique(failed.map((pair) => pair.project_id)),
    };
    const pairs = await rehearse(batch, signal).catch(() => []);
    this.reasons = Object.fromEntries(pairs.filter((pair) => pair.error_code)
        .map((pair) => [`${pair.image_id} ${pair.project_id}`, /** @type {string} */ (pair.error_code)]));
  }

  again(failed) {
    const unique = (values) => [...new Set(values)].join(',');
    go('share', {images: unique(failed.map((pair) => pair.image_id)), projects: unique(failed.map((pair) => pair.project_id))});
  }

  render() {
    return this.state.show((job) => {
      const {process_percent: percent, results = []} = job.entities;
      const failed = results.filter((pair) => pair.status === 'failed');
      const done = ended(job);
      return html`
        <section class="card job">
          <div class="line" role="status">
            ${status('job', job.status)}
            <span>${done ? outcome(job) : t('jobs.running')}</span>
          </div>
          <progress max="100" value=${done ? 100 : percent} aria-label=${t('jobs.progress')}></progress>
          ${job.fail_reason && !failed.length ? html`<p class="own" lang="en">${job.fail_reason}</p>` : nothing}
          ${failed.length && this.batch?.kind === 'add' ? html`
            <p class="actions"><button class="primary" @click=${() => this.again(failed)}>${t('jobs.tryAgain')}</button></p>` : nothing}
        </section>
        ${results.length ? this.pairs(results) : nothing}`;
    });
  }

  pairs(results) {
    const sorted = [...results].sort((a, b) => a.status.localeCompare(b.status))
        .map((pair) => ({...pair, id: `${pair.image_id} ${pair.project_id}`}));
    return html`
      <v-rows class="pairs" .label=${t('jobs.pairs')} .items=${sorted} .head=${html`
        <div role="columnheader" class="name">${t('jobs.image')}</div>
        <div role="columnheader" class="seen">${t('jobs.project')}</div>
        <div role="columnheader" class="outcome">${t('jobs.outcome')}</div>`}
        .row=${(pair) => html`
          <div role="cell" class="name"><a href=${link(`images/${pair.image_id}`)}>${this.names[pair.image_id] || pair.image_id.slice(0, 8)}</a></div>
          <div role="cell" class="seen">${copyable(pair.project_id, t('jobs.project'), {name: this.names[pair.project_id]})}</div>
          <div role="cell" class="outcome">${this.words(pair)}</div>`}></v-rows>`;
  }

  words(pair) {
    if (pair.status !== 'failed') {
      return html`<span class="status good">${this.batch?.kind === 'add' ? t('pair.offered') : t('pair.done')}</span>`;
    }
    const code = this.reasons[`${pair.image_id} ${pair.project_id}`];
    return html`<span class="status bad">${code ? word('img', code) : t('pair.failed')}</span>`;
  }
}

customElements.define('v-job', JobPart);
