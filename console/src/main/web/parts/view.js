/** What all parts and views of the page share. */
import {LitElement, html, nothing} from 'lit';
import {t, onLanguage} from '../text/index.js';
import {isOutage, outage} from '../outage.js';
import {problem} from './problem.js';

/** An element without a shadow: one stylesheet, one tree for assistive technology. */
export class Part extends LitElement {
  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.forgetLanguage = onLanguage(() => this.requestUpdate());
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.forgetLanguage();
  }
}

/** A page of the console. Its address gives it `id` and `query`. */
export class View extends Part {
  /** @type {import('lit').PropertyDeclarations} */
  static properties = {id: {attribute: false}, query: {attribute: false}};

  constructor() {
    super();
    this.id = '';
    /** @type {Record<string, string>} */
    this.query = {};
  }
}

/**
 * Something that a view reads from the server: shows that it is on its way, or why it did not come.
 *
 * @template T
 */
export class Loading {
  /**
   * @param {LitElement} host
   * @param {(signal: AbortSignal) => Promise<T>} load
   */
  constructor(host, load) {
    this.host = host;
    this.load = load;
    /** @type {T | undefined} */
    this.value = undefined;
    this.error = null;
    this.busy = false;
    host.addController(this);
  }

  hostDisconnected() {
    this.aborter?.abort();
    outage.forget(this);
  }

  /** Reads it, or reads it again. What is there stays on the page meanwhile. */
  async run() {
    this.aborter?.abort();
    const aborter = (this.aborter = new AbortController());
    this.busy = true;
    // An outage stays on the page until there is an answer.
    this.error = isOutage(this.error) ? this.error : null;
    this.host.requestUpdate();
    try {
      const value = await this.load(aborter.signal);
      if (!aborter.signal.aborted) {
        this.value = value;
        this.error = null;
      }
    } catch (error) {
      if (!aborter.signal.aborted) {
        this.error = error;
      }
    }
    if (this.aborter === aborter && !aborter.signal.aborted) {
      outage.tell(this);
    }
    if (this.aborter === aborter) {
      this.busy = false;
      this.host.requestUpdate();
    }
  }

  /** Forgets what it had, and reads anew. */
  restart() {
    this.value = undefined;
    return this.run();
  }

  /** @param {(value: T) => unknown} ready */
  show(ready) {
    if (this.error && !(isOutage(this.error) && this.value !== undefined)) {
      return this.problem();
    }
    return this.value === undefined ? waiting() : ready(this.value);
  }

  /** Why it did not come, if it did not: for what is not waited for. The page tells of an outage. */
  problem() {
    return this.error && !isOutage(this.error) ? problem(this.error, () => this.run()) : nothing;
  }
}

/** Something is on its way. */
export function waiting() {
  return html`
    <div class="waiting" role="status">
      <span class="visually-hidden">${t('loading')}</span>
      <i></i><i></i><i></i>
    </div>`;
}

/**
 * There is nothing, and that is no error.
 *
 * @param {string} title
 * @param {string} text
 * @param {unknown} action
 */
export function empty(title, text, action = nothing) {
  return html`<div class="empty"><p class="title">${title}</p><p>${text}</p>${action}</div>`;
}

/**
 * The heading of a view, with what can be done. It gets the focus when the view opens.
 *
 * @param {string} title
 * @param {unknown} actions
 * @param {unknown} below
 */
export function heading(title, actions = nothing, below = nothing) {
  return html`
    <header class="heading">
      <div><h1 tabindex="-1">${title}</h1>${below}</div>
      <div class="actions">${actions}</div>
    </header>`;
}
