/** Sharing: which images, with which projects; what would become of it; then the jobs. All of it is in the address. */
import {html, nothing} from 'lit';
import {SHARE, allowed} from '../api/explain.js';
import {inTurns} from '../api/http.js';
import {show} from '../api/images.js';
import {MAX_IMAGES, culprit, members, rehearse, submit} from '../api/sharing.js';
import {icon} from '../parts/icon.js';
import {mayNot, problem} from '../parts/problem.js';
import '../parts/projects.js';
import '../parts/rows.js';
import {View, Loading, heading} from '../parts/view.js';
import {learn, remember} from '../names.js';
import {link, replaceQuery} from '../route.js';
import {session} from '../session.js';
import {t, word} from '../text/index.js';

/** Images whose present members are looked up for the preview: each is a request. */
const MOST_LOOKED_UP = 40;

/** Milliseconds after the last change before the preview is asked for. */
const CALM = 250;

/**
 * @typedef {{id: string, image: string, project: string, code: string, before: string}} Row code: why it would fail
 * @typedef {{rows: Row[], badProjects: Record<string, string>, badImages: Record<string, string>}} Preview
 */

/**
 * What would become of each pair. The server refuses a batch as a whole if one image or project cannot be in it; the
 * preview takes that one out, says why, and asks about the others.
 *
 * @param {string[]} images
 * @param {string[]} projects
 * @returns {Promise<Preview>}
 */
async function preview(images, projects, signal) {
  const badProjects = {};
  const badImages = {};
  for (;;) {
    const goodImages = images.filter((id) => !(id in badImages));
    const goodProjects = projects.filter((id) => !(id in badProjects));
    if (!goodImages.length || !goodProjects.length) {
      return {rows: [], badProjects, badImages};
    }
    try {
      const pairs = await rehearse({kind: 'add', images: goodImages, projects: goodProjects}, signal);
      const before = await statesBefore(goodImages, signal);
      const rows = pairs.map(({image_id: image, project_id: project, error_code: code}) =>
        ({id: `${image} ${project}`, image, project, code: code || '', before: before[`${image} ${project}`] || ''}));
      return {rows, badProjects, badImages};
    } catch (error) {
      const project = culprit(error, goodProjects);
      const image = culprit(error, goodImages);
      if (project) {
        badProjects[project] = error.code;
      } else if (image) {
        badImages[image] = error.code;
      } else {
        throw error;
      }
    }
  }
}

/** Which pairs are members already, and in which state. */
async function statesBefore(images, signal) {
  const looked = images.slice(0, MOST_LOOKED_UP);
  const lists = await inTurns(looked, (image) => members(image, signal));
  return Object.fromEntries(lists.flatMap((list, i) =>
    (list || []).map((member) => [`${looked[i]} ${member.member_id}`, member.status])));
}

/**
 * Batches of these pairs and of no others: one for all images with the same projects.
 *
 * @param {Row[]} rows
 * @returns {{kind: 'add', images: string[], projects: string[]}[]}
 */
function batches(rows) {
  const byImage = Map.groupBy(rows, (row) => row.image);
  const byProjects = Map.groupBy(byImage.keys(), (image) => byImage.get(image).map((row) => row.project).join(','));
  return [...byProjects].map(([projects, images]) => ({kind: 'add', images, projects: projects.split(',')}));
}

class Share extends View {
  static properties = {busy: {state: true}, error: {state: true}};

  constructor() {
    super();
    this.busy = false;
    this.error = null;
    this.images = new Loading(this, (signal) =>
      inTurns(this.imageIds, (id) => show(id, signal)).then((found) =>
        found.map((image, i) => image || {id: this.imageIds[i], name: null})));
    this.known = new Loading(this, async () => (await learn()).projects);
    this.rights = new Loading(this, (signal) => allowed([SHARE], undefined, signal));
    this.preview = new Loading(this, (signal) => this.ask(signal));
  }

  get imageIds() {
    return (this.query.images || '').split(',').filter(Boolean).slice(0, MAX_IMAGES);
  }

  get projectIds() {
    return (this.query.projects || '').split(',').filter(Boolean);
  }

  /** Ids; several if not every project can have every image. */
  get jobs() {
    return (this.query.jobs || '').split(',').filter(Boolean);
  }

  connectedCallback() {
    super.connectedCallback();
    this.known.run();
    this.rights.run();
  }

  willUpdate(changed) {
    if (!changed.has('query')) {
      return;
    }
    const {images = '', projects = '', jobs = ''} = this.query;
    if (images !== this.askedImages) {
      this.askedImages = images;
      this.images.run();
    }
    // While it is shared, what was found to be impossible stays; after it, what is possible may have changed.
    if (`${images} ${projects}` !== this.asked || !jobs && this.shared) {
      this.asked = `${images} ${projects}`;
      this.error = null;
      this.preview.restart();
    }
    this.shared = jobs !== '';
  }

  async ask(signal) {
    if (!this.imageIds.length || !this.projectIds.length) {
      return {rows: [], badProjects: {}, badImages: {}};
    }
    await new Promise((resolve) => setTimeout(resolve, CALM));
    signal.throwIfAborted();
    return preview(this.imageIds, this.projectIds, signal);
  }

  /** Names by id, of images and projects. */
  names() {
    const named = [...(this.images.value || []), ...(this.known.value || [])];
    return Object.fromEntries(named.filter((one) => one.name).map((one) => [one.id, one.name]));
  }

  render() {
    if (this.jobs.length) {
      return this.running();
    }
    return html`
      ${heading(t('share'), nothing, html`<p class="sub">${t('share.sub')}</p>`)}
      ${this.rights.show((rights) => (rights[SHARE] ? this.steps() : mayNot(t('share.mayNotTitle'), SHARE)))}`;
  }

  steps() {
    const names = this.names();
    const projects = this.projectIds;
    return html`
      <section class="card step">
        <h2><span class="number">1</span>${t('share.images')}</h2>
        ${this.imageIds.length ? this.chosenImages() : html`<p>${t('share.noImages')} <a href=${link('images')}>${t('share.toImages')}</a></p>`}
      </section>
      <section class="card step">
        <h2><span class="number">2</span>${t('share.projects')}</h2>
        <v-projects .chosen=${projects} .known=${(this.known.value || []).filter((one) => one.id !== session().project.id)}
          .bad=${this.badWords()} .checking=${this.preview.busy && projects.length > 0} .names=${names}
          @projects=${(event) => replaceQuery({projects: event.detail.join(',')})}></v-projects>
      </section>
      ${this.imageIds.length && projects.length ? html`
        <section class="card step" aria-busy=${this.preview.busy}>
          <h2><span class="number">3</span>${t('share.preview')}</h2>
          ${this.preview.show((found) => this.previewed(found, names))}
        </section>` : nothing}
      ${this.error ? problem(this.error) : nothing}`;
  }

  badWords() {
    const {badProjects = {}} = this.preview.value || {};
    return Object.fromEntries(Object.entries(badProjects).map(([id, code]) => [id, word('img', code)]));
  }

  chosenImages() {
    const bad = this.preview.value?.badImages || {};
    return this.images.show((images) => html`
      <ul class="chips">
        ${images.map((image) => html`
          <li class=${bad[image.id] ? 'chip bad' : 'chip'}>
            <a href=${link(`images/${image.id}`)}>${image.name || image.id.slice(0, 8)}</a>
            ${bad[image.id] ? html`<small>${word('img', bad[image.id])}</small>` : nothing}
            <button class="icon-button" aria-label=${t('share.without', {name: image.name || image.id})}
              @click=${() => replaceQuery({images: this.imageIds.filter((id) => id !== image.id).join(',')})}>${icon('close')}</button>
          </li>`)}
      </ul>`);
  }

  previewed({rows}, names) {
    if (!rows.length) {
      return this.preview.busy ? html`<p class="nothing">${t('share.checking')}</p>` : html`<p class="nothing">${t('share.nothing')}</p>`;
    }
    const good = rows.filter((row) => !row.code);
    const fresh = good.filter((row) => row.before !== 'pending' && row.before !== 'accepted');
    return html`
      <p role="status">${this.preview.busy ? t('share.checking') : this.summary(fresh.length, good.length - fresh.length, rows.length - good.length)}</p>
      <v-rows class="pairs" .label=${t('share.preview')} .items=${[...rows].sort((a, b) => b.code.localeCompare(a.code))} .head=${html`
        <div role="columnheader" class="name">${t('jobs.image')}</div>
        <div role="columnheader" class="seen">${t('jobs.project')}</div>
        <div role="columnheader" class="outcome">${t('share.would')}</div>`}
        .row=${(row) => html`
          <div role="cell" class="name">${names[row.image] || row.image.slice(0, 8)}</div>
          <div role="cell" class="seen" title=${row.project}>${names[row.project] || html`<span class="mono">${row.project.slice(0, 8)}…</span>`}</div>
          <div role="cell" class="outcome">${this.would(row)}</div>`}></v-rows>
      <p class="actions">
        <button class="primary" data-operation=${SHARE} ?disabled=${this.busy || this.preview.busy || !fresh.length} @click=${() => this.share(good)}>
          ${icon('share')}${t('share.do', {n: fresh.length})}</button>
      </p>`;
  }

  summary(fresh, same, bad) {
    const parts = fresh ? [t('share.new', {n: fresh})] : [];
    if (same) {
      parts.push(t('share.same', {n: same}));
    }
    if (bad) {
      parts.push(t('share.bad', {n: bad}));
    }
    return parts.join(' · ');
  }

  /** @param {Row} row */
  would(row) {
    if (row.code) {
      return html`<span class="status bad">${word('img', row.code)}</span>`;
    }
    switch (row.before) {
      case 'accepted': return html`<span class="status plain">${t('would.accepted')}</span>`;
      case 'pending': return html`<span class="status plain">${t('would.pending')}</span>`;
      case 'rejected': return html`<span class="status good">${t('would.again')}</span>`;
      default: return html`<span class="status good">${t('would.offer')}</span>`;
    }
  }

  /** Only what would succeed is submitted; what was found to fail stays on the page. */
  async share(good) {
    this.busy = true;
    this.error = null;
    try {
      remember(this.names());
      const jobs = [];
      for (const batch of batches(good)) {
        jobs.push(await submit(batch));
        replaceQuery({jobs: jobs.join(',')});
      }
    } catch (error) {
      this.error = error;
    }
    this.busy = false;
  }

  running() {
    return html`
      ${heading(t('share.running'))}
      ${this.error ? problem(this.error) : nothing}
      ${this.jobs.map((job) => html`<v-job .job=${job}></v-job>`)}
      ${this.leftOut()}
      <p class="actions"><a class="button" href=${link('images')}>${t('share.done')}</a><a href=${link('jobs')}>${t('start.allJobs')}</a></p>`;
  }

  /** What is in no job, and why not. */
  leftOut() {
    const {rows = [], badProjects = {}, badImages = {}} = this.preview.value || {};
    const names = this.names();
    const one = (id) => names[id] || html`<span class="mono">${id}</span>`;
    const all = [
      ...Object.entries(badImages).map(([id, code]) => ({who: one(id), code})),
      ...Object.entries(badProjects).map(([id, code]) => ({who: one(id), code})),
      ...rows.filter((row) => row.code).map((row) => ({who: html`${one(row.image)} · ${one(row.project)}`, code: row.code}))];
    return all.length ? html`
      <section class="card left-out">
        <h2>${t('share.leftOut')}</h2>
        <ul>${all.map(({who, code}) => html`<li><span>${who}</span> <span class="status bad">${word('img', code)}</span></li>`)}</ul>
      </section>` : nothing;
  }
}

customElements.define('v-share', Share);
