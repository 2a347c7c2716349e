/** Something to copy: ids and hashes, cut short where they are long. */
import {html} from 'lit';
import {t} from '../text/index.js';
import {icon} from './icon.js';
import {failed, toast} from './toast.js';

/**
 * Pages by plain HTTP have no `navigator.clipboard`, and elsewhere it may refuse. The older command asks the page what
 * to copy.
 *
 * @param {string} value
 * @returns {Promise<boolean>} whether it was copied
 */
async function write(value) {
  if (await navigator.clipboard?.writeText(value).then(() => true, () => false)) {
    return true;
  }
  const tell = (event) => {
    event.clipboardData.setData('text/plain', value);
    event.preventDefault();
  };
  addEventListener('copy', tell);
  const isDone = document.execCommand('copy');
  removeEventListener('copy', tell);
  return isDone;
}

/**
 * @param {string} value
 * @param {string} what it is, for the name of the button
 * @param {{name?: string, short?: boolean}} [options] name: shown instead of the value
 */
export function copyable(value, what, {name = '', short = true} = {}) {
  const shown = name || (short && value.length > 13 ? `${value.slice(0, 8)}…` : value);
  const copy = async () => {
    await write(value) ? toast(t('copied', {what})) : failed(t('copy.failed'));
  };
  return html`
    <span class="copyable">
      <span class=${name ? '' : 'mono'} title=${value}>${shown}</span>
      <button class="icon-button" title=${t('copy', {what})} aria-label=${t('copy', {what})} @click=${copy}>
        ${icon('copy')}
      </button>
    </span>`;
}
