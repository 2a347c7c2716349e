/** The project's jobs, running first; one of them, live, with what became of each pair. */
import {html, nothing} from 'lit';
import {SHARE, allowed} from '../api/explain.js';
import {ended, failures, job as read, jobs, watch} from '../api/sharing.js';
import {project} from '../parts/named.js';
import {status} from '../parts/status.js';
import {time} from '../parts/time.js';
import '../parts/rows.js';
import {View, Loading, empty, heading} from '../parts/view.js';
import {learn, learnImages, names} from '../names.js';
import {go, link} from '../route.js';
import {t, word} from '../text/index.js';

/** The words for an outcome are those for the code by which a preview tells it (IMS). */
const CODES = {
  image_not_found: 'IMG.0027', not_owner: 'IMG.0047', not_shared: 'IMG.0089', not_active: 'IMG.0046', encrypted: 'IMG.0098',
  whole_machine: 'IMG.0135', vault_missing: 'IMG.0184', foreign_project: 'IMG.0030', unknown_project: 'IMG.0108',
  member_limit: 'IMG.0088', member_not_found: 'IMG.0114', superseded: 'IMG.0035', rolled_back: 'IMG.0018', error: 'IMG.0061',
};

/** Jobs of a page. */
const PAGE = 100;

/**
 * What a job is about, in words.
 *
 * @param {import('../api/sharing.js').Job} job
 */
export function title(job) {
  const n = job.image_ids.length;
  const what = (n === 1 && names()[job.image_ids[0]]) || t('jobs.images', {n});
  switch (job.kind) {
    case 'add': return t('jobs.add', {what});
    case 'remove': return t('jobs.remove', {what});
    default: return job.member_status === 'accepted' ? t('jobs.accepted', {what}) : t('jobs.rejected', {what});
  }
}

/** Images that are the only one of a job, which is named after it. */
export function alone(jobs) {
  return jobs.flatMap((job) => (job.image_ids.length === 1 ? job.image_ids : []));
}

/** What became of a pair that failed. */
export function reason(pair) {
  return word('img', CODES[pair.outcome]);
}

/** How an ended job went. */
function outcome(job) {
  if (job.status === 'SUCCESS') {
    return t('jobs.success');
  }
  const failed = failures(job).length;
  return failed ? t('jobs.failed', {n: failed, all: job.pairs.length}) : t('jobs.fail');
}

/** The share of an ended job that was done. */
function done(job) {
  if (job.status === 'SUCCESS') {
    return 1;
  }
  return job.pairs?.length ? 1 - failures(job).length / job.pairs.length : 0;
}

/** How an ended job went, and why what failed did. */
export function account(job) {
  return [outcome(job), ...new Set(failures(job).map(reason))].join(' ');
}

class Jobs extends View {
  static properties = {older: {state: true}};

  constructor() {
    super();
    /** @type {import('../api/sharing.js').Job[]} pages after the first */
    this.older = [];
    /** @type {string | null | undefined} of the last page read; null: there is no other */
    this.marker = undefined;
    this.list = new Loading(this, (signal) => this.read(signal));
    this.more = new Loading(this, (signal) => this.readMore(signal));
    this.one = new Loading(this, async (signal) => {
      const job = await read(this.id, signal);
      await learnImages(alone([job]), signal);
      return job;
    });
  }

  connectedCallback() {
    super.connectedCallback();
    (this.id ? this.one : this.list).run();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  async read(signal) {
    const [running, done] = await Promise.all([
      jobs({ended: false, limit: PAGE, signal}), jobs({ended: true, limit: PAGE, signal})]);
    if (running.jobs.length) {
      this.timer = setTimeout(() => this.list.run(), 1000);
    }
    this.marker ??= done.next_marker;
    const all = [...running.jobs, ...done.jobs];
    await learnImages(alone(all), signal);
    return all;
  }

  async readMore(signal) {
    const page = await jobs({ended: true, limit: PAGE, marker: this.marker || undefined, signal});
    await learnImages(alone(page.jobs), signal);
    this.older = [...this.older, ...page.jobs];
    this.marker = page.next_marker;
  }

  render() {
    if (this.id) {
      const job = this.one.value;
      return html`
        ${heading(job ? title(job) : t('jobs.one'), nothing, html`<p class="sub"><a href=${link('jobs')}>${t('jobs.all')}</a></p>`)}
        <v-job .job=${this.id}></v-job>`;
    }
    return html`
      ${heading(t('jobs'), nothing, html`<p class="sub">${t('jobs.sub')}</p>`)}
      ${this.list.show((first) => (first.length ? this.table(first) : empty(t('jobs.none'), t('jobs.noneText'))))}
      ${this.more.problem()}
      ${this.marker ? html`
        <p class="actions"><button ?disabled=${this.more.busy} @click=${() => this.more.run()}>${t('jobs.older')}</button></p>` : nothing}`;
  }

  table(first) {
    const known = new Set(first.map((job) => job.job_id));
    const all = [...first, ...this.older.filter((job) => !known.has(job.job_id))];
    return html`
      <v-rows class="jobs" .label=${t('jobs')} .items=${all.map((job) => ({id: job.job_id, ...job}))} .head=${html`
        <div role="columnheader" class="name">${t('jobs.what')}</div>
        <div role="columnheader" class="state">${t('jobs.state')}</div>
        <div role="columnheader" class="outcome">${t('jobs.size')}</div>
        <div role="columnheader" class="created_at">${t('jobs.begun')}</div>`}
        .row=${(job) => html`
          <div role="cell" class="name"><a href=${link(`jobs/${job.job_id}`)}>${title(job)}</a></div>
          <div role="cell" class="state">${status('job', job.status)}</div>
          <div role="cell" class="outcome">${t('jobs.pairsOf', {n: job.image_ids.length * job.project_ids.length})}${
            ended(job) ? nothing : html` · ${Math.round(job.progress * 100)} %`}</div>
          <div role="cell" class="created_at">${time(job.submitted_at)}</div>`}></v-rows>`;
  }
}

customElements.define('v-jobs', Jobs);

/** One job, as it runs. */
class JobPart extends View {
  static properties = {job: {attribute: false}};

  constructor() {
    super();
    this.job = '';
    this.state = new Loading(this, (signal) => this.follow(signal));
    this.rights = new Loading(this, (signal) => allowed([SHARE], undefined, signal));
    this.learned = new Loading(this, learn);
  }

  connectedCallback() {
    super.connectedCallback();
    this.learned.run();
    this.rights.run();
  }

  willUpdate(changed) {
    if (changed.has('job')) {
      this.state.restart();
    }
  }

  async follow(signal) {
    let last;
    for await (const state of watch(this.job, signal)) {
      this.state.value = last = state;
      this.requestUpdate();
    }
    await learnImages(last?.image_ids || [], signal);
    return last;
  }

  /** To be shared again. */
  again(failed) {
    const unique = (values) => [...new Set(values)].join(',');
    go('share', {images: unique(failed.map((pair) => pair.image_id)), projects: unique(failed.map((pair) => pair.project_id))});
  }

  render() {
    return this.state.show((job) => {
      const failed = failures(job);
      return html`
        <section class="card job">
          <div class="line" role="status">
            ${status('job', job.status)}
            <span>${ended(job) ? outcome(job) : t('jobs.running')}</span>
          </div>
          <progress class=${job.status === 'FAIL' ? 'bad' : ''} max="1" value=${ended(job) ? done(job) : job.progress} aria-label=${t('jobs.progress')}></progress>
          ${failed.length && job.kind === 'add' && this.rights.value?.[SHARE] ? html`
            <p class="actions"><button class="primary" data-operation=${SHARE} @click=${() => this.again(failed)}>${t('jobs.tryAgain')}</button></p>` : nothing}
        </section>
        ${job.pairs ? this.pairs(job) : nothing}`;
    });
  }

  pairs(job) {
    const known = names();
    const failedFirst = (pair) => Number(pair.outcome === 'success');
    const sorted = [...job.pairs].sort((a, b) => failedFirst(a) - failedFirst(b))
        .map((pair) => ({...pair, id: `${pair.image_id} ${pair.project_id}`}));
    return html`
      <v-rows class="pairs" .label=${t('jobs.pairs')} .items=${sorted} .head=${html`
        <div role="columnheader" class="name">${t('jobs.image')}</div>
        <div role="columnheader" class="seen">${t('jobs.project')}</div>
        <div role="columnheader" class="outcome">${t('jobs.outcome')}</div>`}
        .row=${(pair) => html`
          <div role="cell" class="name"><a href=${link(`images/${pair.image_id}`)}>${known[pair.image_id] || pair.image_id.slice(0, 8)}</a></div>
          <div role="cell" class="seen">${project(pair.project_id, known)}</div>
          <div role="cell" class="outcome">${this.words(job, pair)}</div>`}></v-rows>`;
  }

  words(job, pair) {
    if (pair.outcome !== 'success') {
      return html`<span class="status bad">${reason(pair)}</span>`;
    }
    return html`<span class="status good">${job.kind === 'add' ? t('pair.offered') : t('pair.done')}</span>`;
  }
}

customElements.define('v-job', JobPart);
