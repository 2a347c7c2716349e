/** An outage concerns all that a page reads. The page says it once, and reads all of it again. */
import {ApiError} from './api/http.js';

/** Whether the server, or what it needs, cannot be reached. */
export function isOutage(error) {
  return error instanceof ApiError && [0, 502, 503, 504].includes(error.status);
}

/** @typedef {{error: unknown, run: () => Promise<void>}} Reading */

class Outage extends EventTarget {
  constructor() {
    super();
    /** @type {Set<Reading>} what could not be read */
    this.failed = new Set();
  }

  /** @returns {unknown} why; undefined: there is none */
  get error() {
    return [...this.failed][0]?.error;
  }

  /**
   * Tells how a reading ended.
   *
   * @param {Reading} reading
   */
  tell(reading) {
    if (isOutage(reading.error)) {
      this.failed.add(reading);
    } else if (!this.failed.delete(reading)) {
      return;
    }
    this.dispatchEvent(new Event('change'));
  }

  /** It is not on the page any more. */
  forget(reading) {
    if (this.failed.delete(reading)) {
      this.dispatchEvent(new Event('change'));
    }
  }

  again() {
    [...this.failed].forEach((reading) => reading.run());
  }
}

export const outage = new Outage();
