/** What waits for me. */
import {html, nothing} from 'lit';
import {UPLOAD, allowed, mayAll} from '../api/explain.js';
import {list} from '../api/images.js';
import {icon} from '../parts/icon.js';
import {size} from '../parts/size.js';
import {status} from '../parts/status.js';
import {time} from '../parts/time.js';
import {View, Loading, heading} from '../parts/view.js';
import {count} from '../offers.js';
import {learnImages} from '../names.js';
import {link} from '../route.js';
import {session} from '../session.js';
import {t} from '../text/index.js';
import {jobs} from '../api/sharing.js';
import {alone, title} from './jobs.js';

/** Entries of each list here; the views have them all. */
const FEW = 5;

class Start extends View {
  constructor() {
    super();
    this.offers = new Loading(this, (signal) => list('pending', {signal}));
    this.mine = new Loading(this, (signal) => list('me', {limit: FEW, sort: 'updated_at:desc', signal}));
    this.rights = new Loading(this, (signal) => allowed(UPLOAD, undefined, signal));
    this.jobs = new Loading(this, async (signal) => {
      const page = await jobs({limit: FEW, signal});
      await learnImages(alone(page.jobs), signal);
      return page;
    });
  }

  connectedCallback() {
    super.connectedCallback();
    this.offers.run();
    this.mine.run();
    this.rights.run();
    this.jobs.run();
  }

  render() {
    return html`
      ${heading(t('start.hello', {user: session().user.name}), nothing, html`<p class="sub">${t('start.sub', {project: session().project.name})}</p>`)}
      <div class="columns">
        <section class="card first">
          <h2>${icon('inbox')}${t('start.offers')}</h2>
          ${this.offers.show((page) => this.waiting(page))}
        </section>
        <section class="card">
          <h2>${icon('images')}${t('start.mine')}</h2>
          ${this.mine.show(({images}) => this.recent(images))}
        </section>
        <section class="card">
          <h2>${icon('jobs')}${t('start.jobs')}</h2>
          ${this.jobs.show((page) => this.lately(page.jobs))}
        </section>
      </div>`;
  }

  waiting(page) {
    const {images} = page;
    if (!images.length) {
      return html`<p class="nothing">${icon('check')}${t('start.noOffers')}</p>`;
    }
    return html`
      <p class="big">${t('start.offersWait', {n: count(page)})}</p>
      <ul class="brief">
        ${images.slice(0, FEW).map((image) => html`<li><span>${image.name || t('image.unnamed')}</span><small>${size(image.size)}</small></li>`)}
      </ul>
      <a class="button primary" href=${link('inbox')}>${t('start.answer')}</a>`;
  }

  recent(images) {
    if (!images.length) {
      return html`<p class="nothing">${t('start.noImages')}</p>${this.upload()}`;
    }
    return html`
      <ul class="brief">
        ${images.map((image) => html`<li><a href=${link(`images/${image.id}`)}>${image.name || t('image.unnamed')}</a><small>${time(image.updated_at)}</small></li>`)}
      </ul>
      <p class="actions">${this.upload()}<a href=${link('images')}>${t('start.allImages')}</a></p>`;
  }

  upload() {
    return mayAll(this.rights.value, UPLOAD)
        ? html`<a class="button" data-operation=${UPLOAD.join(' ')} href=${link('upload')}>${icon('upload')}${t('upload')}</a>` : nothing;
  }

  lately(latest) {
    if (!latest.length) {
      return html`<p class="nothing">${t('start.noJobs')}</p>`;
    }
    return html`
      <ul class="brief">
        ${latest.map((job) => html`
          <li><a href=${link(`jobs/${job.job_id}`)}>${title(job)}</a>${status('job', job.status)}</li>`)}
      </ul>
      <a href=${link('jobs')}>${t('start.allJobs')}</a>`;
  }
}

customElements.define('v-start', Start);
