/** Questions that stand before the page. */
import {html, nothing, render} from 'lit';
import {sessions} from '../session.js';
import {t} from '../text/index.js';
import {placeToasts} from './toast.js';

/** Dialogs so far: one may stand before another. */
let count = 0;

/**
 * Opens a dialog; resolves to what it was closed with, null if it was left.
 *
 * @template T
 * @param {string} title
 * @param {(close: (value: T | null) => void, update: () => void) => unknown} content
 * @param {{persistent?: () => boolean}} [options] persistent: whether neither Escape nor another address leaves it now
 * @returns {Promise<T | null>}
 */
export function dialog(title, content, {persistent = () => false} = {}) {
  return new Promise((resolve) => {
    const element = document.createElement('dialog');
    const before = document.activeElement;
    const heading = `dialog-title-${++count}`;
    element.setAttribute('aria-labelledby', heading);
    const leave = () => persistent() || close(null);
    const close = (value) => {
      removeEventListener('hashchange', leave);
      sessions.removeEventListener('change', sessionChanged);
      element.close();
      placeToasts();
      element.remove();
      if (before instanceof HTMLElement) {
        before.focus();
      }
      resolve(value);
    };
    const update = () =>
        render(html`<h2 id=${heading}>${title}</h2>${content(close, update)}`, element);
    const sessionChanged = () => (sessions.current ? update() : leave());
    element.addEventListener('cancel', (event) => {
      event.preventDefault();
      leave();
    });
    // A browser closes it at the second Escape, whoever objects.
    element.addEventListener('close', () => {
      if (element.isConnected) {
        persistent() ? element.showModal() : close(null);
      }
    });
    // Such as the link to Why? in a refusal.
    addEventListener('hashchange', leave);
    sessions.addEventListener('change', sessionChanged);
    update();
    document.body.append(element);
    element.showModal();
    placeToasts();
  });
}

/**
 * Asks before something that cannot be undone.
 *
 * @param {{title: string, text: unknown, action: string, danger?: boolean}} question
 * @returns {Promise<boolean>}
 */
export async function confirm({title, text, action, danger = false}) {
  const answer = await dialog(title, (close) => html`
    <div class="words">${text}</div>
    <div class="actions">
      <button @click=${() => close(null)}>${t('cancel')}</button>
      <button class=${danger ? 'danger' : 'primary'} @click=${() => close(true)}>${action}</button>
    </div>`);
  return answer === true;
}

/**
 * A labelled field.
 *
 * @param {string} label
 * @param {unknown} input
 * @param {unknown} hint
 */
export function field(label, input, hint = nothing) {
  return html`<label class="field"><span>${label}</span>${input}${hint ? html`<small>${hint}</small>` : nothing}</label>`;
}
