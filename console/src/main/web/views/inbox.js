/** Offers of other projects to this one, and the answers to them. */
import {html, nothing} from 'lit';
import {allowed} from '../api/explain.js';
import {offers} from '../api/history.js';
import {listAll} from '../api/images.js';
import {MAX_IMAGES, carryOut, culprit, failures} from '../api/sharing.js';
import {icon} from '../parts/icon.js';
import {project} from '../parts/named.js';
import {sentence} from '../parts/problem.js';
import '../parts/rows.js';
import {size} from '../parts/size.js';
import {time} from '../parts/time.js';
import {failed, failure, toast} from '../parts/toast.js';
import {View, Loading, empty, heading} from '../parts/view.js';
import {learn, names, remember} from '../names.js';
import {waitingOffers} from '../offers.js';
import {link} from '../route.js';
import {t} from '../text/index.js';
import {reason} from './jobs.js';

/** The events that say since when an offer is as it is. */
const SINCE = {
  pending: ['offer.created', 'offer.renewed', 'offer.reopened'],
  accepted: ['offer.accepted'],
  rejected: ['offer.rejected'],
};

/**
 * Answers offers. The server refuses a batch as a whole if one image cannot be in it; the others are answered without it.
 *
 * @param {string[]} ids
 * @param {'accepted' | 'rejected'} answer
 * @returns {Promise<Record<string, string>>} why the others were not answered, in words
 */
async function answered(ids, answer) {
  /** @type {Record<string, string>} */
  const reasons = {};
  for (;;) {
    const images = ids.filter((id) => !(id in reasons));
    if (!images.length) {
      return reasons;
    }
    try {
      const job = await carryOut({kind: answer, images});
      return {...reasons, ...Object.fromEntries(failures(job).map((pair) => [pair.image_id, reason(pair)]))};
    } catch (error) {
      const bad = culprit(error, images);
      if (!bad) {
        throw error;
      }
      reasons[bad] = sentence(error);
    }
  }
}

class Inbox extends View {
  static properties = {busy: {state: true}};

  constructor() {
    super();
    /** @type {Set<string>} ids of images whose offer is being answered */
    this.busy = new Set();
    this.list = new Loading(this, (signal) => this.read(signal));
    this.times = new Loading(this, (signal) => offers(SINCE[this.state], this.list.value || [], signal));
    this.learned = new Loading(this, learn);
    this.rights = new Loading(this, (signal) => allowed(['BATCH_UPDATE_MEMBERS'], undefined, signal));
  }

  /** Which answers were given: none yet, yes, or no. */
  get state() {
    const {status} = this.query;
    return status === 'accepted' || status === 'rejected' ? status : 'pending';
  }

  connectedCallback() {
    super.connectedCallback();
    this.learned.run();
    this.rights.run();
  }

  willUpdate(changed) {
    if (changed.has('query') && this.state !== this.asked) {
      this.asked = this.state;
      this.list.value = this.times.value = undefined;
      this.look();
    }
  }

  async read(signal) {
    let found = [];
    const whose = this.state === 'accepted' ? 'shared' : this.state;
    for await (const {images} of listAll(whose, 'created_at:desc', signal)) {
      found = images;
    }
    return found;
  }

  /** The offers as they are known: those whose times came, the newest first. Without the history, there are no times. */
  known(images) {
    const events = this.times.value || {};
    return images
        .map((image) => ({...image, since: events[image.id]?.at || '', isOfOtherAccount: events[image.id]?.other_account === true}))
        .sort((a, b) => b.since.localeCompare(a.since));
  }

  /** Reads the offers, and when they came: that may take longer. */
  async look() {
    await this.list.run();
    if (this.isConnected) {
      // Nothing waits for it.
      this.times.run();
    }
  }

  render() {
    const pending = this.state === 'pending' && (this.list.value || []).length > 1 && this.mayAnswer;
    return html`
      ${heading(t('inbox'), pending
          ? html`<button class="primary" data-operation="BATCH_UPDATE_MEMBERS" ?disabled=${this.busy.size > 0} @click=${() => this.answer(this.list.value, 'accepted')}>${icon('check')}${t('inbox.acceptAll')}</button>`
          : nothing, html`<p class="sub">${t('inbox.sub')}</p>`)}
      ${this.tabs()}
      ${this.rights.problem()}
      ${this.rights.value && !this.mayAnswer ? html`
        <p class="notice">${icon('warning')}<span>${t('inbox.mayNot')}</span><a href=${link('why', {operation: 'BATCH_UPDATE_MEMBERS'})}>${t('why.link')}</a></p>` : nothing}
      ${this.list.show((offers) => (offers.length ? this.table(this.known(offers)) : this.nothing()))}`;
  }

  get mayAnswer() {
    return this.rights.value?.BATCH_UPDATE_MEMBERS === true;
  }

  tabs() {
    const tab = (status, label) => html`
      <a href=${link('inbox', {status: status === 'pending' ? '' : status})} aria-current=${this.state === status ? 'page' : nothing}>${label}</a>`;
    return html`
      <nav class="tabs" aria-label=${t('inbox.which')}>
        ${tab('pending', t('inbox.pending'))}${tab('accepted', t('inbox.accepted'))}${tab('rejected', t('inbox.rejected'))}
      </nav>`;
  }

  nothing() {
    switch (this.state) {
      case 'accepted': return empty(t('inbox.noAccepted'), t('inbox.noAcceptedText'));
      case 'rejected': return empty(t('inbox.noRejected'), t('inbox.noRejectedText'));
      default: return empty(t('inbox.none'), t('inbox.noneText'));
    }
  }

  table(offers) {
    const known = names();
    return html`
      <p class="result" role="status">${t('inbox.count', {n: offers.length})}</p>
      <v-rows class="offers" .label=${t('inbox')} .items=${offers} .head=${html`
        <div role="columnheader" class="name">${t('image.name')}</div>
        <div role="columnheader" class="seen">${t('inbox.from')}</div>
        <div role="columnheader" class="size">${t('image.size')}</div>
        <div role="columnheader" class="created_at">${this.state === 'pending' ? t('inbox.since') : t('inbox.answered')}</div>
        <div role="columnheader" class="answers"><span class="visually-hidden">${t('inbox.answer')}</span></div>`}
        .row=${(offer) => this.row(offer, known)}></v-rows>`;
  }

  row(offer, known) {
    const busy = this.busy.has(offer.id);
    const name = offer.name || t('image.unnamed');
    return html`
      <div role="cell" class="name"><a href=${link(`images/${offer.id}`)}>${name}</a><span class="tag">${offer.disk_format || '–'}</span></div>
      <div role="cell" class="seen">${offer.owner ? project(offer.owner, known) : '–'}${
        offer.isOfOtherAccount ? html`<span class="tag">${t('history.otherAccount')}</span>` : nothing}</div>
      <div role="cell" class="size">${size(offer.size)}</div>
      <div role="cell" class="created_at">${time(offer.since)}</div>
      <div role="cell" class="answers">${this.mayAnswer ? html`
        ${this.state === 'accepted' ? nothing : html`<button class="small primary" data-operation="BATCH_UPDATE_MEMBERS" ?disabled=${busy}
          aria-label=${t('inbox.acceptOne', {name})} @click=${() => this.answer([offer], 'accepted')}>${t('inbox.accept')}</button>`}
        ${this.state === 'rejected' ? nothing : html`<button class="small" data-operation="BATCH_UPDATE_MEMBERS" ?disabled=${busy}
          aria-label=${t('inbox.rejectOne', {name})} @click=${() => this.answer([offer], 'rejected')}>${t('inbox.reject')}</button>`}` : nothing}
      </div>`;
  }

  async answer(offers, answer) {
    const ids = offers.map((offer) => offer.id);
    this.busy = new Set([...this.busy, ...ids]);
    try {
      remember(Object.fromEntries(offers.map((offer) => [offer.id, offer.name || ''])));
      /** @type {Record<string, string>} */
      const reasons = {};
      for (let i = 0; i < ids.length; i += MAX_IMAGES) {
        Object.assign(reasons, await answered(ids.slice(i, i + MAX_IMAGES), answer));
      }
      const bad = offers.filter(({id}) => id in reasons);
      const n = offers.length - bad.length;
      if (n) {
        toast(answer === 'accepted' ? t('inbox.didAccept', {n}) : t('inbox.didReject', {n}));
      }
      if (bad.length) {
        failed(html`${t('inbox.someFailed', {n: bad.length})}
          <ul>${bad.map(({id, name}) => html`<li><b>${name || t('image.unnamed')}</b>: ${reasons[id]}</li>`)}</ul>`);
      }
    } catch (error) {
      failure(error);
    }
    this.busy = new Set([...this.busy].filter((id) => !ids.includes(id)));
    await this.look();
    waitingOffers.look();
  }
}

customElements.define('v-inbox', Inbox);
