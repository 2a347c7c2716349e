/** New images from files: dropped or chosen, sent one after the other. */
import {html, nothing} from 'lit';
import {SHARE, UPLOAD, allowed, mayAll} from '../api/explain.js';
import {MAX_IMAGES} from '../api/sharing.js';
import {field} from '../parts/dialog.js';
import {icon} from '../parts/icon.js';
import {mayNot, problem} from '../parts/problem.js';
import {size} from '../parts/size.js';
import {duration} from '../parts/time.js';
import {Loading, View, heading} from '../parts/view.js';
import {link} from '../route.js';
import {t} from '../text/index.js';
import {uploads} from '../uploads.js';

const FORMATS = ['raw', 'qcow2', 'vhd', 'vhdx', 'vmdk', 'vdi', 'iso', 'zvhd2', 'ami', 'ari', 'aki', 'ploop'];

/** What the first bytes of a file say. */
const MAGIC = {QFI: 'qcow2', KDM: 'vmdk', vhdxfile: 'vhdx', conectix: 'vhd'};

/** @param {File} file */
async function guess(file) {
  const head = new TextDecoder('latin1').decode(await file.slice(0, 8).arrayBuffer());
  const known = Object.keys(MAGIC).find((magic) => head.startsWith(magic));
  const ending = /\.(\w+)$/.exec(file.name)?.[1].toLowerCase() || '';
  return known ? MAGIC[known] : FORMATS.includes(ending) ? ending : 'raw';
}

class Upload extends View {
  static properties = {over: {state: true}};

  constructor() {
    super();
    this.over = false;
    this.redraw = () => this.requestUpdate();
    this.rights = new Loading(this, (signal) => allowed([...UPLOAD, SHARE], undefined, signal));
  }

  connectedCallback() {
    super.connectedCallback();
    uploads.addEventListener('change', this.redraw);
    this.rights.run();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    uploads.removeEventListener('change', this.redraw);
  }

  /** @param {FileList} files as they are now: the list empties with its field */
  async add(files) {
    for (const file of [...files]) {
      uploads.add(file, file.name.replace(/\.\w+$/, ''), await guess(file));
    }
  }

  dropped(event) {
    event.preventDefault();
    this.over = false;
    this.add(event.dataTransfer.files);
  }

  render() {
    return html`
      ${heading(t('upload'), nothing, html`<p class="sub">${t('upload.sub')}</p>`)}
      ${this.rights.show((rights) => (mayAll(rights, UPLOAD) ? this.form() : this.refused(rights)))}`;
  }

  refused(rights) {
    const operation = UPLOAD.find((one) => !rights[one]);
    return mayNot(t('upload.mayNot'), operation);
  }

  form() {
    const {items} = uploads;
    const ready = items.filter((item) => item.state === 'ready').length;
    return html`
      <div class=${this.over ? 'drop over' : 'drop'}
        @dragover=${(event) => { event.preventDefault(); this.over = true; }} @dragleave=${() => (this.over = false)} @drop=${(event) => this.dropped(event)}>
        ${icon('upload')}
        <p class="title">${t('upload.drop')}</p>
        <label class="button">${t('upload.choose')}<input class="visually-hidden" type="file" multiple @change=${(event) => { this.add(event.target.files); event.target.value = ''; }}></label>
      </div>
      ${items.length ? html`
        <form class="card" @submit=${(event) => { event.preventDefault(); uploads.start(); }}>
          <ul class="uploads">${items.map((item) => this.one(item))}</ul>
          ${ready ? html`
            <div class="actions">
              ${field(t('upload.visibility'), html`
                <select @change=${(event) => (uploads.visibility = event.target.value)}>
                  ${['shared', 'private'].map((one) => html`
                    <option value=${one} ?selected=${one === uploads.visibility}>${one === 'shared' ? t('upload.shared') : t('upload.private')}</option>`)}
                </select>`)}
              <button class="primary" data-operation=${UPLOAD.join(' ')} ?disabled=${uploads.running !== null}>${icon('upload')}${t('upload.start', {n: ready})}</button>
            </div>` : this.next(items)}
        </form>` : nothing}`;
  }

  /** What one usually does with new images. */
  next(items) {
    const done = items.filter((item) => item.state === 'done').slice(0, MAX_IMAGES);
    return done.length && !uploads.running && uploads.visibility === 'shared' && this.rights.value?.[SHARE]
        ? html`<a class="button" data-operation=${SHARE} href=${link('share', {images: done.map((item) => item.id).join(',')})}>${icon('share')}${t('share.these', {n: done.length})}</a>`
        : nothing;
  }

  /** @param {import('../uploads.js').Item} item */
  one(item) {
    if (item.state === 'ready') {
      return html`
        <li class="ready">
          ${field(t('image.name'), html`<input required maxlength="255" .value=${item.name} @input=${(event) => (item.name = event.target.value)}>`)}
          ${field(t('image.format'), html`
            <select @change=${(event) => (item.format = event.target.value)}>
              ${FORMATS.map((format) => html`<option ?selected=${format === item.format}>${format}</option>`)}</select>`)}
          <span class="size">${size(item.file.size)}</span>
          <button type="button" class="icon-button" aria-label=${t('upload.without', {name: item.name})} @click=${() => uploads.remove(item)}>${icon('close')}</button>
        </li>`;
    }
    return html`
      <li>
        <div class="line">
          ${item.state === 'done' ? html`<a href=${link(`images/${item.id}`)}>${item.name}</a>` : html`<b>${item.name}</b>`}
          <span class="words" role="status">${this.words(item)}</span>
          ${item.state === 'sending' ? html`<button type="button" class="small" aria-label=${t('upload.cancelOne', {name: item.name})} @click=${() => uploads.cancel(item)}>${t('cancel')}</button>` : nothing}
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

  /** @param {import('../uploads.js').Item} item */
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
