/** One image: what it is, who has it, and what can be done with it. */
import {html, nothing} from 'lit';
import {live} from 'lit/directives/live.js';
import {allowed} from '../api/explain.js';
import {csv, review} from '../api/history.js';
import {ApiError} from '../api/http.js';
import * as images from '../api/images.js';
import {carryOut} from '../api/sharing.js';
import {asOfField} from '../parts/as-of.js';
import {losses} from '../parts/losses.js';
import {editImage} from '../parts/edit-image.js';
import {copyable} from '../parts/copy.js';
import {confirm} from '../parts/dialog.js';
import '../parts/events.js';
import {icon} from '../parts/icon.js';
import {project} from '../parts/named.js';
import {problem} from '../parts/problem.js';
import '../parts/rows.js';
import {size} from '../parts/size.js';
import {status} from '../parts/status.js';
import {duration, exactly, time} from '../parts/time.js';
import {failed, failure, later, toast} from '../parts/toast.js';
import {View, Loading, heading} from '../parts/view.js';
import {waitingOffers} from '../offers.js';
import {learn, names, remember} from '../names.js';
import {go, link} from '../route.js';
import {save} from '../save.js';
import {session} from '../session.js';
import {t, word} from '../text/index.js';
import {account} from './jobs.js';

/** Of this image, and of batches. */
const ON_IMAGE = ['DOWNLOAD_IMAGE', 'UPDATE_IMAGE', 'DELETE_IMAGE', 'DEACTIVATE_IMAGE', 'REACTIVATE_IMAGE', 'ADD_TAG', 'DELETE_TAG'];
const ON_BATCH = ['BATCH_ADD_MEMBERS', 'BATCH_UPDATE_MEMBERS', 'BATCH_DELETE_MEMBERS'];

/** The most members that a row of names can hold in a sentence. */
const NAMED = 3;

class ImageView extends View {
  static properties = {chosen: {state: true}, going: {state: true}, busy: {state: true}, transfer: {state: true}};

  constructor() {
    super();
    /** @type {Set<string>} members to take the image back from */
    this.chosen = new Set();
    /** @type {Set<string>} members that lose it in a moment */
    this.going = new Set();
    this.busy = false;
    /** @type {{received: number, since: number, aborter: AbortController} | null} a download under way */
    this.transfer = null;
    this.ask = (event) => this.transfer && event.preventDefault();
    this.image = new Loading(this, async (signal) => {
      const image = await images.show(this.id, signal);
      remember({[image.id]: image.name || ''});
      return image;
    });
    this.learned = new Loading(this, learn);
    this.now = new Loading(this, (signal) => review(this.id, '', signal));
    this.earlier = new Loading(this, (signal) => review(this.id, this.asOf, signal));
    this.rights = new Loading(this, async (signal) => ({
      ...(await allowed(ON_IMAGE, this.id, signal)), ...(await allowed(ON_BATCH, undefined, signal)),
    }));
  }

  connectedCallback() {
    super.connectedCallback();
    addEventListener('beforeunload', this.ask);
    this.learned.run();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener('beforeunload', this.ask);
    this.transfer?.aborter.abort();
  }

  willUpdate(changed) {
    if (changed.has('id')) {
      this.image.restart();
      this.now.restart();
      this.rights.restart();
    }
    if (changed.has('query') && this.asOf !== this.asked) {
      this.asked = this.asOf;
      if (this.asOf) {
        this.earlier.restart();
      }
    }
  }

  /** Deleted, or taken back: its history stays. */
  get isGone() {
    return this.image.error instanceof ApiError && this.image.error.status === 404;
  }

  /** When access is looked at; empty: now. */
  get asOf() {
    return this.query.as_of || '';
  }

  /** @returns {import('../api/history.js').Recipient[]} those that have it or were offered it now */
  get members() {
    return (this.now.value?.recipients || []).filter((one) => one.relation === 'member');
  }

  may(operation) {
    return this.rights.value?.[operation] === true;
  }

  render() {
    if (this.isGone) {
      return html`
        ${heading(t('image.one'))}
        ${problem(this.image.error, null, html`<a href=${link('why', {operation: 'SHOW_IMAGE', image: this.id})}>${t('why.link')}</a>`)}
        <v-events .image=${this.id}></v-events>`;
    }
    return this.image.value && !this.image.error
        ? this.page(this.image.value)
        : html`${heading(t('image.one'))}${this.image.show(() => nothing)}`;
  }

  /** @param {images.Image} image */
  page(image) {
    const mine = image.owner === session().project.id;
    const below = html`
      <p class="sub">${status('image', image.status)} <span>${word('status.visibility', image.visibility)}</span>
        <span>${image.disk_format || '–'}</span> <span>${size(image.size)}</span></p>`;
    return html`
      <p class="crumb"><a href=${link('images', mine ? {} : {owner: image.visibility === 'public' ? 'public' : 'shared'})}>${icon('back')}${t('images')}</a></p>
      ${heading(image.name || t('image.unnamed'), this.actions(image, mine), below)}
      ${this.rights.problem()}
      ${this.received(image)}
      ${mine ? this.access(image) : this.membership(image)}
      <div class="columns two">
        <section class="card"><h2>${t('image.facts')}</h2>${this.facts(image)}</section>
        <section class="card"><h2>${t('image.tags')}</h2>${this.tags(image)}
          <h2>${t('image.properties')}</h2>${this.properties(image)}</section>
      </div>
      <v-events .image=${image.id}></v-events>`;
  }

  actions(image, mine) {
    if (!this.rights.value) {
      return nothing;
    }
    const {busy} = this;
    const button = (operation, label, act, kind = '') => (this.may(operation)
        ? html`<button class=${kind} data-operation=${operation} ?disabled=${busy} @click=${act}>${label}</button>`
        : nothing);
    return html`
      ${image.status === 'active' && !this.transfer ? button('DOWNLOAD_IMAGE', t('image.download'), () => this.download(image)) : nothing}
      ${image.status === 'active' ? button('DEACTIVATE_IMAGE', t('image.deactivate'), () => this.deactivate(image)) : nothing}
      ${image.status === 'deactivated' ? button('REACTIVATE_IMAGE', t('image.reactivate'), () => this.reactivate(image)) : nothing}
      ${button('UPDATE_IMAGE', t('image.edit'), () => this.edit(image))}
      ${this.may('DELETE_IMAGE')
          ? html`<button class="danger" data-operation="DELETE_IMAGE" ?disabled=${busy || image.protected} title=${image.protected ? t('image.protectedHint') : ''} @click=${() => this.deleteImage(image)}>${t('image.delete')}</button>`
          : mine ? html`<a href=${link('why', {operation: 'DELETE_IMAGE', image: image.id})}>${t('image.mayNotDelete')}</a>` : nothing}`;
  }

  /** How far a download is. */
  received(image) {
    const {transfer} = this;
    if (!transfer) {
      return nothing;
    }
    const seconds = (Date.now() - transfer.since) / 1000;
    const all = image.size || 0;
    const rate = transfer.received / Math.max(0.1, seconds);
    const sent = t('upload.sent', {sent: size(transfer.received), all: size(all)});
    return html`
      <section class="card transfer" aria-label=${t('image.download')}>
        <div class="line"><b role="status">${t('image.downloading')}</b>
          <button class="small" @click=${() => transfer.aborter.abort()}>${t('cancel')}</button></div>
        <progress max=${all || 1} value=${transfer.received} aria-label=${t('image.downloading')}></progress>
        <small class="speed">${seconds < 0.5 ? sent
            : t('upload.speed', {sent, rate: size(rate), left: duration((all - transfer.received) / Math.max(1, rate))})}</small>
      </section>`;
  }

  async download(image) {
    const aborter = new AbortController();
    const name = `${(image.name || image.id).replace(/[^\p{L}\p{N}._ -]/gu, '_')}.${image.disk_format || 'raw'}`;
    const since = Date.now();
    const progress = (received) => (this.transfer = {received, since, aborter});
    progress(0);
    try {
      if (await images.download(image, name, progress, aborter.signal)) {
        toast(t('image.downloaded', {name}));
      }
    } catch (error) {
      if (aborter.signal.aborted) {
        toast(t('image.cancelled', {name}));
      } else {
        failure(error);
      }
    }
    this.transfer = null;
  }

  facts(image) {
    const fact = (name, value) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
    return html`
      <dl class="facts">
        ${fact(t('image.id'), copyable(image.id, t('image.id'), {short: false}))}
        ${fact(t('image.owner'), image.owner ? project(image.owner, names()) : '–')}
        ${fact(t('image.created'), html`<time datetime=${image.created_at}>${exactly(image.created_at)}</time>`)}
        ${fact(t('image.updated'), html`<time datetime=${image.updated_at}>${exactly(image.updated_at)}</time>`)}
        ${fact(t('image.formats'), `${image.disk_format || '–'} · ${image.container_format || '–'}`)}
        ${image.min_ram || image.min_disk ? fact(t('image.needs'), t('image.needsWords', {ram: image.min_ram, disk: image.min_disk})) : nothing}
        ${image.virtual_size ? fact(t('image.virtualSize'), size(image.virtual_size)) : nothing}
        ${fact(t('image.protected'), image.protected ? t('yes') : t('no'))}
        ${image.os_hash_value ? fact(image.os_hash_algo?.toUpperCase(), copyable(image.os_hash_value, image.os_hash_algo || '')) : nothing}
        ${image.checksum ? fact('MD5', copyable(image.checksum, 'MD5', {short: false})) : nothing}
      </dl>`;
  }

  properties(image) {
    const all = images.properties(image);
    return all.length
        ? html`<dl class="facts">${all.map(([name, value]) => html`<div><dt class="mono">${name}</dt><dd>${value}</dd></div>`)}</dl>`
        : html`<p class="nothing">${t('image.noProperties')}</p>`;
  }

  tags(image) {
    const may = this.may('ADD_TAG');
    return html`
      ${image.tags.length || may ? nothing : html`<p class="nothing">${t('image.noTags')}</p>`}
      <ul class="chips">
        ${image.tags.map((tag) => html`<li class="chip"><span>${tag}</span>${this.may('DELETE_TAG') ? html`
          <button class="icon-button" data-operation="DELETE_TAG" aria-label=${t('image.untag', {tag})} @click=${() => this.change(() => images.removeTag(image.id, tag))}>${icon('close')}</button>` : nothing}</li>`)}
      </ul>
      ${may ? html`
        <form class="inline" @submit=${(event) => this.addTag(event, image)}>
          <label><span class="visually-hidden">${t('image.newTag')}</span><input name="tag" maxlength="255" placeholder=${t('image.newTag')} required></label>
          <button data-operation="ADD_TAG">${t('add')}</button>
        </form>` : nothing}`;
  }

  /** Who has it, or had it: for its owner. */
  access(image) {
    const {asOf} = this;
    const share = image.status === 'active' && ['private', 'shared'].includes(image.visibility);
    return html`
      <section class="card">
        <div class="title-line">
          <h2>${t('access.title')}</h2>
          ${!this.rights.value || asOf ? nothing : !this.may('BATCH_ADD_MEMBERS')
              ? html`<a href=${link('why', {operation: 'BATCH_ADD_MEMBERS'})}>${t('share.mayNot')}</a>`
              : share ? html`<a class="button primary" data-operation="BATCH_ADD_MEMBERS" href=${link('share', {images: image.id})}>${icon('share')}${t('share.one')}</a>`
              : html`<small>${image.status === 'active' ? t('access.public') : t('access.notActive')}</small>`}
        </div>
        ${asOf ? this.past() : this.now.show((found) => (this.members.length ? this.memberTable(image) : this.nobody(found, t('access.nobody'))))}
        <div class="actions below">
          ${asOfField(asOf)}
          ${(asOf ? this.earlier : this.now).value
              ? html`<button data-operation="SHOW_IMAGE_ACCESS" @click=${() => this.downloadAccess()}>${t('csv')}</button>` : nothing}
        </div>
      </section>`;
  }

  /** Who had access at an earlier moment. */
  past() {
    if (this.earlier.error instanceof ApiError && this.earlier.error.status === 404) {
      return html`<p class="nothing">${t('access.notThen')}</p>`;
    }
    return this.earlier.show((found) => {
      const others = found.recipients.filter((one) => one.project_id !== session().project.id);
      return html`
        <p class="result">${t('access.then', {
          visibility: word('status.visibility', found.visibility), status: word('status.image', found.image_status)})}</p>
        ${others.length ? this.recipients(others, false) : this.nobody(found, t('access.nobodyThen'))}`;
    });
  }

  /** Without members, only the visibility lets others in. */
  nobody(found, text) {
    return html`<p class="nothing">${found.everyone.length ? word('visibility', found.visibility) : text}</p>`;
  }

  memberTable(image) {
    return html`
      ${this.recipients(this.members, this.may('BATCH_DELETE_MEMBERS'), image)}
      ${this.chosen.size ? html`
        <div class="bar" role="region" aria-label=${t('access.takeBack')}>
          <span role="status">${t('access.chosen', {n: this.chosen.size})}</span>
          <button class="danger" data-operation="BATCH_DELETE_MEMBERS" @click=${() => this.takeBack(image, [...this.chosen])}>${t('access.takeBack')}</button>
        </div>` : nothing}`;
  }

  /**
   * @param {import('../api/history.js').Recipient[]} list
   * @param {boolean} may take it back from them
   * @param {images.Image} [image]
   */
  recipients(list, may, image) {
    const rows = list.map((one) => ({...one, id: one.project_id}));
    const known = names();
    return html`
      <v-rows class=${may ? 'members' : 'members plain'} .label=${t('access.title')} .items=${rows} .head=${html`
        ${may ? html`<div role="columnheader" class="choose"><span class="visually-hidden">${t('access.choose')}</span></div>` : nothing}
        <div role="columnheader" class="name">${t('access.project')}</div>
        <div role="columnheader" class="state">${t('access.state')}</div>
        <div role="columnheader" class="created_at">${t('access.since')}</div>
        <div role="columnheader" class="seen">${t('access.can')}</div>
        <div role="columnheader" class="used">${t('access.used')}</div>
        ${may ? html`<div role="columnheader" class="answers"><span class="visually-hidden">${t('access.takeBack')}</span></div>` : nothing}`}
        .row=${(one) => html`
          ${may ? html`<div role="cell" class="choose"><input type="checkbox" aria-label=${t('images.choose', {name: known[one.id] || one.id})}
            .checked=${live(this.chosen.has(one.id))} ?disabled=${this.going.has(one.id)} @change=${(event) => this.choose(one.id, event.target.checked)}></div>` : nothing}
          <div role="cell" class="name">${copyable(one.id, t('access.project'), {name: known[one.id]})}${
            one.other_account ? html`<span class="tag">${t('history.otherAccount')}</span>` : nothing}</div>
          <div role="cell" class="state">${this.state(one)}</div>
          <div role="cell" class="created_at">${time(one.since)}</div>
          <div role="cell" class="seen">${one.can.map((way) => word('way', way)).join(t('comma')) || t('access.nothing')}</div>
          <div role="cell" class="used"><span class="narrow">${t('access.used')} </span>${one.last_used_at ? time(one.last_used_at) : t('access.never')}</div>
          ${may ? html`<div role="cell" class="answers"><button class="small" data-operation="BATCH_DELETE_MEMBERS" ?disabled=${this.going.has(one.id)}
            aria-label=${t('access.takeBackFrom', {name: known[one.id] || one.id})} @click=${() => this.takeBack(image, [one.id])}>${t('access.takeBack')}</button></div>` : nothing}`}></v-rows>`;
  }

  state(one) {
    if (this.going.has(one.id)) {
      return html`<span class="status waiting">${t('access.going')}</span>`;
    }
    return one.member_status ? status('member', one.member_status) : t('image.owner');
  }

  async downloadAccess() {
    try {
      save(await csv(this.id, 'access', {as_of: this.asOf}), `access-${this.id}.csv`);
    } catch (error) {
      failure(error);
    }
  }

  choose(id, chosen) {
    const now = new Set(this.chosen);
    chosen ? now.add(id) : now.delete(id);
    this.chosen = now;
  }

  async takeBack(image, ids) {
    const known = names();
    const shown = ids.slice(0, NAMED).map((id) => known[id] || `${id.slice(0, 8)}…`).join(t('comma'));
    const who = ids.length > NAMED ? t('access.andMore', {who: shown, n: ids.length - NAMED}) : shown;
    const has = this.members.some((member) => ids.includes(member.project_id) && member.member_status === 'accepted');
    const yes = await confirm({
      title: t('access.takeBackTitle', {name: image.name || t('image.unnamed')}),
      text: html`<p>${t('access.loses', {who})}</p><p>${has ? t('access.losesAccepted') : t('access.losesPending')}</p><p>${t('access.seconds')}</p>`,
      action: t('access.takeBack'),
      danger: true,
    });
    if (!yes) {
      return;
    }
    this.going = new Set([...this.going, ...ids]);
    this.chosen = new Set();
    const back = () => (this.going = new Set([...this.going].filter((id) => !ids.includes(id))));
    later(t('access.soon', {who, name: image.name || t('image.unnamed')}), async () => {
      const job = await carryOut({kind: 'remove', images: [image.id], projects: ids});
      job.status === 'SUCCESS' ? toast(t('access.taken', {who})) : failed(account(job));
      back();
      await this.again();
    }, back);
  }

  /** The caller's own membership: for a recipient. */
  membership(image) {
    return this.now.show(() => {
      const own = this.members.find((member) => member.project_id === session().project.id);
      if (!own) {
        return nothing;
      }
      return html`
        <section class="card offer">
          <div class="title-line">
            <h2>${t('received.title')}</h2>
            ${this.may('BATCH_UPDATE_MEMBERS') ? html`<span class="actions">
              ${own.member_status === 'accepted' ? nothing : html`<button class="primary" data-operation="BATCH_UPDATE_MEMBERS" ?disabled=${this.busy} @click=${() => this.answer(image, 'accepted')}>${t('inbox.accept')}</button>`}
              ${own.member_status === 'rejected' ? nothing : html`<button data-operation="BATCH_UPDATE_MEMBERS" ?disabled=${this.busy} @click=${() => this.answer(image, 'rejected')}>${t('inbox.reject')}</button>`}
            </span>` : nothing}
          </div>
          <p>${status('member', own.member_status)} ${time(own.since)}</p>
          <p>${own.member_status === 'accepted' ? t('received.accepted') : own.member_status === 'rejected' ? t('received.rejected') : t('received.pending')}</p>
          ${this.rights.value && !this.may('BATCH_UPDATE_MEMBERS') ? html`
            <p>${t('inbox.mayNot')} <a href=${link('why', {operation: 'BATCH_UPDATE_MEMBERS'})}>${t('why.link')}</a></p>` : nothing}
        </section>`;
    });
  }

  async answer(image, answer) {
    await this.change(async () => {
      const job = await carryOut({kind: answer, images: [image.id]});
      if (job.status === 'FAIL') {
        failed(account(job));
      }
    });
    waitingOffers.look();
  }

  /** Reads again what may have changed. */
  async again() {
    /** @type {any} */ (this.querySelector('v-events'))?.refresh();
    await Promise.all([this.image.run(), this.now.run()]);
  }

  /** Does it, and shows what has become of the image. */
  async change(act) {
    this.busy = true;
    try {
      await act();
      await this.again();
    } catch (error) {
      failure(error);
    }
    this.busy = false;
  }

  async addTag(event, image) {
    event.preventDefault();
    const {tag} = event.target.elements;
    await this.change(() => images.addTag(image.id, tag.value.trim()));
    tag.value = '';
  }

  async edit(image) {
    if (!await this.look()) {
      return;
    }
    if (await editImage(image, this.rights.value?.cloud_admin === true, (change) => this.losses(change))) {
      await this.again();
      await this.rights.run();
    }
  }

  /** @param {import('../parts/losses.js').Change} change */
  losses(change) {
    return losses(change, this.now.error ? undefined : this.now.value);
  }

  /**
   * Looks who has it now, before a question that tells what they lose. False: there is nothing to ask, because the user
   * is elsewhere by then, or that was asked for already.
   */
  async look() {
    if (this.busy) {
      return false;
    }
    this.busy = true;
    const {id} = this;
    const asker = document.activeElement;
    await this.now.run();
    this.busy = false;
    await this.updateComplete;
    // A button that is disabled loses the focus, which the dialog gives back in the end.
    if (asker instanceof HTMLElement && document.activeElement === document.body) {
      asker.focus();
    }
    return this.isConnected && this.id === id;
  }

  /** What a change takes from others. */
  warning(change) {
    return this.losses(change).map((loss) => html`<p><b>${loss}</b></p>`);
  }

  async deactivate(image) {
    if (!await this.look()) {
      return;
    }
    const yes = await confirm({
      title: t('image.deactivateTitle', {name: image.name || t('image.unnamed')}),
      text: html`<p>${t('image.deactivateText')}</p>${this.warning('deactivate')}`,
      action: t('image.deactivate'),
    });
    if (yes) {
      await this.change(() => images.deactivate(image.id));
    }
  }

  async reactivate(image) {
    await this.change(() => images.reactivate(image.id));
  }

  async deleteImage(image) {
    if (!await this.look()) {
      return;
    }
    const yes = await confirm({
      title: t('image.deleteTitle', {name: image.name || t('image.unnamed')}),
      text: html`<p>${t('image.deleteText')}</p>${this.warning('delete')}`,
      action: t('image.delete'),
      danger: true,
    });
    if (!yes) {
      return;
    }
    this.busy = true;
    try {
      await images.remove(image.id);
      toast(t('image.deleted', {name: image.name || t('image.unnamed')}));
      // Meanwhile, the user may have gone elsewhere.
      if (this.isConnected) {
        go('images');
      }
    } catch (error) {
      failure(error);
      this.busy = false;
    }
  }
}

customElements.define('v-image', ImageView);
