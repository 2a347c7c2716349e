/** Images: mine, shared with me, public. What is searched, filtered and sorted stands in the address. */
import {html, nothing} from 'lit';
import {live} from 'lit/directives/live.js';
import {UPLOAD, allowed, mayAll} from '../api/explain.js';
import {inOrder, listAll} from '../api/images.js';
import {MAX_IMAGES} from '../api/sharing.js';
import {icon} from '../parts/icon.js';
import {project} from '../parts/named.js';
import {size} from '../parts/size.js';
import {status} from '../parts/status.js';
import {time} from '../parts/time.js';
import '../parts/rows.js';
import {View, Loading, empty, heading} from '../parts/view.js';
import {learn, names} from '../names.js';
import {go, link, replaceQuery} from '../route.js';
import {t, word} from '../text/index.js';

const DEFAULT_SORT = 'created_at:desc';
const SORT = /^(name|size|created_at):(asc|desc)$/;

/** What is searched in an image: made once, for ten thousand are searched at each letter. */
const SEARCHED = new WeakMap();

/** @param {import('../api/images.js').Image} image */
function searched(image) {
  let text = SEARCHED.get(image);
  if (text === undefined) {
    SEARCHED.set(image, text = `${image.name || ''} ${image.id} ${image.tags.join(' ')}`.toLowerCase());
  }
  return text;
}

class Images extends View {
  static properties = {chosen: {state: true}};

  constructor() {
    super();
    /** @type {Set<string>} ids of images that are to be shared */
    this.chosen = new Set();
    this.complete = false;
    /** @type {{whose: string, sort: string} | null} what the list shows */
    this.asked = null;
    this.list = new Loading(this, (signal) => this.read(signal));
    this.learned = new Loading(this, learn);
    this.known = names();
    this.rights = new Loading(this, (signal) => allowed([...UPLOAD, 'BATCH_ADD_MEMBERS'], undefined, signal));
  }

  get whose() {
    const {owner} = this.query;
    return owner === 'shared' || owner === 'public' ? owner : 'me';
  }

  get sort() {
    const {sort = ''} = this.query;
    return SORT.test(sort) ? sort : DEFAULT_SORT;
  }

  connectedCallback() {
    super.connectedCallback();
    this.rights.run();
  }

  willUpdate(changed) {
    const {whose, sort} = this;
    if (!changed.has('query') || (whose === this.asked?.whose && sort === this.asked.sort)) {
      return;
    }
    const isOnlyOrder = whose === this.asked?.whose;
    this.asked = {whose, sort};
    if (isOnlyOrder && this.complete && this.list.value && !this.list.busy) {
      this.list.value = inOrder(this.list.value, sort);
      return;
    }
    this.chosen = new Set();
    this.list.restart();
    if (whose !== 'me') {
      this.learned.run();
    }
  }

  /** The first page is shown while the others arrive. */
  async read(signal) {
    /** @type {import('../api/images.js').Image[]} */
    let all = [];
    for await (const {images, complete} of listAll(this.whose, this.sort, signal)) {
      all = images;
      this.complete = complete;
      this.list.value = images;
      this.requestUpdate();
    }
    return all;
  }

  shown(images) {
    const {search = '', status = '', format = ''} = this.query;
    const words = search.toLowerCase().split(/\s+/).filter(Boolean);
    return images.filter((image) => {
      return words.every((word) => searched(image).includes(word))
          && (!status || image.status === status)
          && (!format || image.disk_format === format);
    });
  }

  render() {
    const rights = this.rights.value || {};
    return html`
      ${heading(t('images'), mayAll(rights, UPLOAD)
          ? html`<a class="button primary" data-operation=${UPLOAD.join(' ')} href=${link('upload')}>${icon('upload')}${t('upload')}</a>`
          : nothing)}
      ${this.rights.problem()}
      ${this.tabs()}
      ${this.list.show((images) => this.table(images, this.shown(images)))}`;
  }

  tabs() {
    const tab = (owner, label) => html`
      <a href=${link('images', {...this.query, owner})} aria-current=${this.whose === owner ? 'page' : nothing}>${label}</a>`;
    return html`
      <nav class="tabs" aria-label=${t('images.whose')}>
        ${tab('me', t('images.mine'))}${tab('shared', t('images.shared'))}${tab('public', t('images.public'))}
      </nav>`;
  }

  table(images, shown) {
    if (!images.length && this.complete) {
      return this.nothingAtAll();
    }
    this.known = names();
    return html`
      ${this.filters(images)}
      <p class="result" role="status">
        ${t('images.count', {n: shown.length})}${this.complete ? nothing : html` · ${t('images.more')}`}
      </p>
      ${shown.length
          ? html`<v-rows class=${this.whose === 'me' ? 'images' : 'images foreign'} .label=${t('images')} .items=${shown}
              .head=${this.head(shown)} .row=${(image) => this.row(image)}></v-rows>`
          : empty(t('images.noMatch'), t('images.noMatchText'),
              html`<button @click=${() => replaceQuery({search: '', status: '', format: ''})}>${t('images.clear')}</button>`)}
      ${this.bar()}`;
  }

  nothingAtAll() {
    switch (this.whose) {
      case 'shared': return empty(t('images.noShared'), t('images.noSharedText'),
          html`<a class="button" href=${link('inbox')}>${t('images.toInbox')}</a>`);
      case 'public': return empty(t('images.noPublic'), t('images.noPublicText'));
      default: return empty(t('images.none'), t('images.noneText'),
          mayAll(this.rights.value, UPLOAD) ? html`<a class="button primary" data-operation=${UPLOAD.join(' ')} href=${link('upload')}>${t('upload')}</a>` : nothing);
    }
  }

  filters(images) {
    const {search = '', status = '', format = ''} = this.query;
    const options = (values, chosen, text) => [...new Set(values)].filter(Boolean).sort()
        .map((value) => html`<option value=${value} ?selected=${value === chosen}>${text(value)}</option>`);
    return html`
      <form class="filters" role="search" @submit=${(event) => event.preventDefault()}>
        <label class="search">${icon('search')}<span class="visually-hidden">${t('images.search')}</span>
          <input type="search" .value=${live(search)} placeholder=${t('images.search')} @input=${(event) => replaceQuery({search: event.target.value})}></label>
        <label><span class="visually-hidden">${t('images.status')}</span>
          <select @change=${(event) => replaceQuery({status: event.target.value})}>
            <option value="">${t('images.anyStatus')}</option>
            ${options([...images.map((image) => image.status), status], status, (value) => word('status.image', value))}
          </select></label>
        <label><span class="visually-hidden">${t('images.format')}</span>
          <select @change=${(event) => replaceQuery({format: event.target.value})}>
            <option value="">${t('images.anyFormat')}</option>
            ${options([...images.map((image) => image.disk_format), format], format, (value) => value)}
          </select></label>
        <label class="order"><span class="visually-hidden">${t('images.order')}</span>
          <select @change=${(event) => replaceQuery({sort: event.target.value})}>
            ${this.order('created_at:desc', t('order.newest'))}${this.order('created_at:asc', t('order.oldest'))}
            ${this.order('name:asc', t('order.name'))}${this.order('name:desc', t('order.nameDown'))}
            ${this.order('size:desc', t('order.largest'))}${this.order('size:asc', t('order.smallest'))}
          </select></label>
      </form>`;
  }

  order(sort, label) {
    return html`<option value=${sort} ?selected=${this.sort === sort}>${label}</option>`;
  }

  head(shown) {
    const mine = this.whose === 'me';
    const some = shown.slice(0, MAX_IMAGES);
    const all = some.every((image) => this.chosen.has(image.id));
    const column = (key, label, first) => {
      const [by, direction] = this.sort.split(':');
      const down = by === key && direction === 'desc';
      const next = by === key ? (down ? 'asc' : 'desc') : first;
      return html`
        <div role="columnheader" class=${key} aria-sort=${by === key ? (down ? 'descending' : 'ascending') : 'none'}>
          <button class="sort" @click=${() => replaceQuery({sort: `${key}:${next}`})}>
            ${label}${by === key ? icon(down ? 'down' : 'up') : nothing}</button>
        </div>`;
    };
    return html`
      ${mine ? html`<div role="columnheader" class="choose">
        <input type="checkbox" aria-label=${some.length < shown.length ? t('images.chooseFirst', {n: some.length}) : t('images.chooseAll')} .checked=${live(all)}
          @change=${(event) => this.choose(some, event.target.checked)}></div>` : nothing}
      ${column('name', t('image.name'), 'asc')}
      <div role="columnheader" class="state">${t('image.status')}</div>
      <div role="columnheader" class="seen">${mine ? t('image.visibility') : t('image.owner')}</div>
      <div role="columnheader" class="format">${t('image.format')}</div>
      ${column('size', t('image.size'), 'desc')}
      ${column('created_at', t('image.created'), 'desc')}`;
  }

  /** @param {import('../api/images.js').Image} image */
  row(image) {
    const name = image.name || t('image.unnamed');
    const mine = this.whose === 'me';
    return html`
      ${mine ? html`<div role="cell" class="choose">
        <input type="checkbox" aria-label=${t('images.choose', {name})} .checked=${live(this.chosen.has(image.id))}
          @change=${(event) => this.choose([image], event.target.checked)}></div>` : nothing}
      <div role="cell" class="name"><a href=${link(`images/${image.id}`)}>${name}</a>${image.tags.slice(0, 3).map((tag) => html`<span class="tag">${tag}</span>`)}</div>
      <div role="cell" class="state">${status('image', image.status)}</div>
      <div role="cell" class="seen">${mine ? word('status.visibility', image.visibility) : image.owner ? project(image.owner, this.known) : '–'}</div>
      <div role="cell" class="format">${image.disk_format || '–'}</div>
      <div role="cell" class="size">${size(image.size)}</div>
      <div role="cell" class="created_at">${time(image.created_at)}</div>`;
  }

  choose(images, chosen) {
    const now = new Set(this.chosen);
    images.forEach((image) => (chosen ? now.add(image.id) : now.delete(image.id)));
    this.chosen = now;
  }

  bar() {
    const n = this.chosen.size;
    if (!n) {
      return nothing;
    }
    return html`
      <div class="bar" role="region" aria-label=${t('images.chosenBar')}>
        <span role="status">${t('images.chosen', {n})}</span>
        <button class="quiet" @click=${() => (this.chosen = new Set())}>${t('images.chooseNone')}</button>
        ${!this.rights.value ? nothing : !this.rights.value.BATCH_ADD_MEMBERS
            ? html`<a href=${link('why', {operation: 'BATCH_ADD_MEMBERS'})}>${t('share.mayNot')}</a>`
            : html`<button class="primary" data-operation="BATCH_ADD_MEMBERS" ?disabled=${n > MAX_IMAGES} @click=${() => go('share', {images: [...this.chosen].join(',')})}>
                ${icon('share')}${t('share.these', {n})}</button>`}
      </div>`;
  }
}

customElements.define('v-images', Images);
