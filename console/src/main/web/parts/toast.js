/** Short words at the edge of the page, and what is done in ten seconds unless the user thinks again. */
import {html} from 'lit';
import {sessions} from '../session.js';
import {t} from '../text/index.js';
import {ownWords, sentence, why} from './problem.js';
import {icon} from './icon.js';
import {Part} from './view.js';

/** Seconds that words stay. */
const STAY = 6;

/**
 * @typedef {object} Note
 * @property {number} id
 * @property {unknown} text
 * @property {'plain' | 'bad' | 'later'} tone
 * @property {number} [until] milliseconds: when it is done
 * @property {() => void} [undo]
 */

const notes = new (class extends EventTarget {
  constructor() {
    super();
    /** @type {Note[]} */
    this.all = [];
    this.last = 0;
  }

  add(note) {
    const id = ++this.last;
    this.all = [...this.all, {id, ...note}];
    this.dispatchEvent(new Event('change'));
    return id;
  }

  remove(id) {
    this.all = this.all.filter((note) => note.id !== id);
    this.dispatchEvent(new Event('change'));
  }
})();

/** Says that something was done. */
export function toast(text) {
  const id = notes.add({text, tone: 'plain'});
  setTimeout(() => notes.remove(id), STAY * 1000);
}

/** Says that something was not done; stays until it is closed. */
export function failed(text) {
  notes.add({text, tone: 'bad'});
}

/** As {@link failed}, with the reason. Who has signed out knows why the rest was not done. */
export function failure(error) {
  if (error instanceof DOMException && error.name === 'AbortError') {
    return;
  }
  const words = ownWords(error);
  failed(html`${sentence(error)} ${why(error)}${words ? html`<small lang="en">${words}</small>` : ''}`);
}

/** @type {Set<() => Promise<void>>} each does at once what was to be done later, and ends when it is done */
const promised = new Set();
addEventListener('beforeunload', (event) => {
  if (promised.size) {
    event.preventDefault();
  }
});

/**
 * Does something in some seconds, and until then shows a way to think again.
 *
 * @param {string} text what is going to happen
 * @param {() => Promise<unknown>} act
 * @param {() => void} [undone]
 */
export function later(text, act, undone = () => {}, seconds = 10) {
  /** @type {Promise<void> | undefined} */
  let done;
  const now = () => (done ??= carryOut());
  const carryOut = async () => {
    clearTimeout(timer);
    notes.remove(id);
    try {
      await act();
    } catch (error) {
      sessions.current ? failure(error) : failed(t('session.lost', {text}));
      undone();
    }
    promised.delete(now);
  };
  const id = notes.add({
    text,
    tone: 'later',
    until: Date.now() + seconds * 1000,
    undo: () => {
      clearTimeout(timer);
      promised.delete(now);
      notes.remove(id);
      undone();
    },
  });
  const timer = setTimeout(now, seconds * 1000);
  promised.add(now);
}

/** Does at once what was to be done later: before its session ends. */
export async function flush() {
  await Promise.all([...promised].map((now) => now()));
}

class Toasts extends Part {
  constructor() {
    super();
    notes.addEventListener('change', () => this.requestUpdate());
  }

  updated() {
    clearTimeout(this.timer);
    if (notes.all.some((note) => note.until)) {
      this.timer = setTimeout(() => this.requestUpdate(), 250);
    }
  }

  render() {
    return html`<div class="toasts" role="status" aria-live="polite">${notes.all.map((note) => this.one(note))}</div>`;
  }

  /** @param {Note} note */
  one(note) {
    if (note.tone === 'later') {
      const left = Math.max(0, Math.ceil(((note.until || 0) - Date.now()) / 1000));
      return html`
        <div class="toast later">
          <span>${note.text}</span>
          <span class="seconds" aria-hidden="true">${left}</span>
          <button class="quiet" @click=${note.undo}>${t('undo')}</button>
        </div>`;
    }
    return html`
      <div class="toast ${note.tone}">
        <div>${note.text}</div>
        <button class="icon-button" aria-label=${t('close')} @click=${() => notes.remove(note.id)}>
          ${icon('close')}
        </button>
      </div>`;
  }
}

customElements.define('v-toasts', Toasts);

/** Of the whole page. */
const toasts = document.createElement('v-toasts');

/** Where a user sees and reaches them: what is outside an open dialog is behind it. */
export function placeToasts() {
  const dialogs = document.querySelectorAll('dialog[open]');
  (dialogs[dialogs.length - 1] ?? document.body).append(toasts);
}

placeToasts();
