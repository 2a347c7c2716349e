/** Something to copy: ids and hashes, cut short where they are long. */
import {html} from 'lit';
import {t} from '../text/index.js';
import {icon} from './icon.js';
import {toast} from './toast.js';

/**
 * @param {string} value
 * @param {string} what it is, for the name of the button
 * @param {{name?: string, short?: boolean}} [options] name: shown instead of the value
 */
export function copyable(value, what, {name = '', short = true} = {}) {
  const shown = name || (short && value.length > 13 ? `${value.slice(0, 8)}…` : value);
  const copy = async () => {
    await navigator.clipboard.writeText(value);
    toast(t('copied', {what}));
  };
  return html`
    <span class="copyable">
      <span class=${name ? '' : 'mono'} title=${value}>${shown}</span>
      <button class="icon-button" title=${t('copy', {what})} aria-label=${t('copy', {what})} @click=${copy}>
        ${icon('copy')}
      </button>
    </span>`;
}
