/** New images from files: dropped or chosen, sent one after the other. */
import {html, nothing} from 'lit';
import * as images from '../api/images.js';
import {field} from '../parts/dialog.js';
import {icon} from '../parts/icon.js';
import {problem} from '../parts/problem.js';
import {size} from '../parts/size.js';
import {duration} from '../parts/time.js';
import {View, heading} from '../parts/view.js';
import {link} from '../route.js';
import {t} from '../text/index.js';

const FORMATS = ['raw', 'qcow2', 'vhd', 'vhdx', 'vmdk', 'vdi', 'iso', 'zvhd2', 'ami', 'ari', 'aki', 'ploop'];

/** What the first bytes of a file say. */
const MAGIC = {QFI: 'qcow2', KDM: 'vmdk', vhdxfile: 'vhdx', conectix: 'vhd'};

/** Seconds over which the speed is averaged. */
const WINDOW = 5;

/** @param {File} file */
async function guess(file) {
  const head = new TextDecoder('latin1').decode(await file.slice(0, 8).arrayBuffer());
  const known = Object.keys(MAGIC).find((magic) => head.startsWith(magic));
  const ending = /\.(\w+)$/.exec(file.name)?.[1].toLowerCase() || '';
  return known ? MAGIC[known] : FORMATS.includes(ending) ? ending : 'raw';
}

/**
 * @typedef {object} Item
 * @property {number} key
 * @property {File} file
 * @property {string} name
 * @property {string} format
 * @property {'ready' | 'sending' | 'checking' | 'done' | 'failed' | 'cancelled'} state
 * @property {number} sent
 * @property {[number, number][]} samples milliseconds and bytes
 * @property {string} id of the image
 * @property {unknown} error
 * @property {() => void} cancel
 */

class Upload extends View {
  static properties = {items: {state: true}, over: {state: true}, visibility: {state: true}};

  constructor() {
    super();
    /** @type {Item[]} */
    this.items = [];
    this.over = false;
    this.visibility = 'shared';
    this.last = 0;
    this.busy = false;
    this.ask = (event) => this.busy && event.preventDefault();
  }

  connectedCallback() {
    super.connectedCallback();
    addEventListener('beforeunload', this.ask);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener('beforeunload', this.ask);
    this.items.forEach((item) => item.state === 'sending' && item.cancel());
  }

  /** @param {FileList} files as they are now: the list empties with its field */
  async add(files) {
    for (const file of [...files]) {
      const format = await guess(file);
      this.items = [...this.items, {
        key: ++this.last, file, name: file.name.replace(/\.\w+$/, ''), format, state: 'ready', sent: 0, samples: [], id: '', error: null, cancel: () => {},
      }];
    }
  }

  async start() {
    this.busy = true;
    for (let item; (item = this.items.find((one) => one.state === 'ready'));) {
      await this.send(item);
    }
    this.busy = false;
    this.requestUpdate();
  }

  /** @param {Item} item */
  async send(item) {
    item.state = 'sending';
    this.requestUpdate();
    try {
      const image = await images.create({name: item.name, disk_format: item.format, container_format: 'bare', visibility: this.visibility, tags: []});
      item.id = image.id;
      const {done, cancel} = images.upload(image.id, item.file, (sent) => {
        item.sent = sent;
        item.samples = [...item.samples.filter(([at]) => Date.now() - at < WINDOW * 1000), [Date.now(), sent]];
        item.state = sent >= item.file.size ? 'checking' : 'sending';
        this.requestUpdate();
      });
      item.cancel = () => {
        item.state = 'cancelled';
        cancel();
      };
      await done;
      item.state = 'done';
    } catch (error) {
      if (/** @type {string} */ (item.state) !== 'cancelled') {
        item.state = 'failed';
        item.error = error;
      }
      if (item.id) {
        // An image without its bytes is of no use to anybody.
        await images.remove(item.id).catch(() => {});
        item.id = '';
      }
    }
    this.requestUpdate();
  }

  dropped(event) {
    event.preventDefault();
    this.over = false;
    this.add(event.dataTransfer.files);
  }

  render() {
    const ready = this.items.filter((item) => item.state === 'ready').length;
    return html`
      ${heading(t('upload'), nothing, html`<p class="sub">${t('upload.sub')}</p>`)}
      <div class=${this.over ? 'drop over' : 'drop'}
        @dragover=${(event) => { event.preventDefault(); this.over = true; }} @dragleave=${() => (this.over = false)} @drop=${(event) => this.dropped(event)}>
        ${icon('upload')}
        <p class="title">${t('upload.drop')}</p>
        <label class="button">${t('upload.choose')}<input class="visually-hidden" type="file" multiple @change=${(event) => { this.add(event.target.files); event.target.value = ''; }}></label>
      </div>
      ${this.items.length ? html`
        <section class="card">
          <ul class="uploads">${this.items.map((item) => this.one(item))}</ul>
          ${ready ? html`
            <div class="actions">
              ${field(t('upload.visibility'), html`
                <select @change=${(event) => (this.visibility = event.target.value)}>
                  <option value="shared">${t('upload.shared')}</option><option value="private">${t('upload.private')}</option>
                </select>`)}
              <button class="primary" ?disabled=${this.busy} @click=${() => this.start()}>${icon('upload')}${t('upload.start', {n: ready})}</button>
            </div>` : this.next()}
        </section>` : nothing}`;
  }

  /** What one usually does with new images. */
  next() {
    const done = this.items.filter((item) => item.state === 'done');
    return done.length && !this.busy && this.visibility === 'shared'
        ? html`<a class="button" href=${link('share', {images: done.map((item) => item.id).join(',')})}>${icon('share')}${t('share.these', {n: done.length})}</a>`
        : nothing;
  }

  /** @param {Item} item */
  one(item) {
    const remove = () => (this.items = this.items.filter((other) => other !== item));
    if (item.state === 'ready') {
      return html`
        <li class="ready">
          ${field(t('image.name'), html`<input required maxlength="255" .value=${item.name} @input=${(event) => (item.name = event.target.value)}>`)}
          ${field(t('image.format'), html`
            <select @change=${(event) => (item.format = event.target.value)}>
              ${FORMATS.map((format) => html`<option ?selected=${format === item.format}>${format}</option>`)}</select>`)}
          <span class="size">${size(item.file.size)}</span>
          <button class="icon-button" aria-label=${t('upload.without', {name: item.name})} @click=${remove}>${icon('close')}</button>
        </li>`;
    }
    return html`
      <li>
        <div class="line">
          ${item.state === 'done' ? html`<a href=${link(`images/${item.id}`)}>${item.name}</a>` : html`<b>${item.name}</b>`}
          <span class="words" role="status">${this.words(item)}</span>
          ${item.state === 'sending' ? html`<button class="small" aria-label=${t('upload.cancelOne', {name: item.name})} @click=${() => { item.cancel(); this.requestUpdate(); }}>${t('cancel')}</button>` : nothing}
        </div>
        ${item.state === 'sending' || item.state === 'checking' ? html`
          <progress max=${item.file.size || 1} value=${item.sent} aria-label=${item.name}></progress>
          <small class="speed">${this.speed(item)}</small>` : nothing}
        ${item.state === 'failed' ? problem(item.error) : nothing}
      </li>`;
  }

  words(item) {
    switch (item.state) {
      case 'sending': return t('upload.sending');
      case 'checking': return t('upload.checking');
      case 'done': return t('upload.done');
      case 'cancelled': return t('upload.cancelled');
      default: return t('upload.failed');
    }
  }

  /** @param {Item} item */
  speed(item) {
    const [from] = item.samples;
    const to = item.samples.at(-1);
    const seconds = from && to ? (to[0] - from[0]) / 1000 : 0;
    const sent = t('upload.sent', {sent: size(item.sent), all: size(item.file.size)});
    if (!from || !to || seconds < 0.5) {
      return sent;
    }
    const rate = (to[1] - from[1]) / seconds;
    return t('upload.speed', {sent, rate: size(rate), left: duration((item.file.size - item.sent) / Math.max(1, rate))});
  }
}

customElements.define('v-upload', Upload);
