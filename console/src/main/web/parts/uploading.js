/** Uploads that go on while another view is shown: how far they are, and the way back to them. */
import {html, nothing} from 'lit';
import {link, route} from '../route.js';
import {t} from '../text/index.js';
import {uploads} from '../uploads.js';
import {icon} from './icon.js';
import {failed, toast} from './toast.js';
import {Part} from './view.js';

class Uploading extends Part {
  constructor() {
    super();
    this.redraw = () => this.requestUpdate();
    this.ended = (event) => this.tell(event.detail);
  }

  connectedCallback() {
    super.connectedCallback();
    uploads.addEventListener('change', this.redraw);
    uploads.addEventListener('ended', this.ended);
    addEventListener('hashchange', this.redraw);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    uploads.removeEventListener('change', this.redraw);
    uploads.removeEventListener('ended', this.ended);
    removeEventListener('hashchange', this.redraw);
  }

  /** @param {import('../uploads.js').Item[]} items */
  tell(items) {
    if (route().view === 'upload') {
      return;
    }
    const done = items.filter((item) => item.state === 'done').length;
    const broken = items.filter((item) => item.state === 'failed').length;
    if (done) {
      toast(t('upload.ended', {n: done}));
    }
    if (broken) {
      failed(html`${t('upload.someFailed', {n: broken})} <a href=${link('upload')}>${t('upload')}</a>`);
    }
  }

  render() {
    if (!uploads.running || route().view === 'upload') {
      return nothing;
    }
    const {at, all, part} = uploads.progress;
    return html`
      <a class="uploading" href=${link('upload')}>
        ${icon('upload')}
        <span>${t('upload.running', {at, all})}
          <progress max="1" value=${part} aria-label=${t('upload.sending')}></progress></span>
      </a>`;
  }
}

customElements.define('v-uploading', Uploading);
