/** How many offers wait for an answer: the number in the navigation. */
import {list} from './api/images.js';

/**
 * How many a first page lists: `100+` if there are more.
 *
 * @param {Awaited<ReturnType<typeof list>>} page
 */
export function count({images, next}) {
  return next ? `${images.length}+` : images.length;
}

class WaitingOffers extends EventTarget {
  constructor() {
    super();
    /** @type {number | string} */
    this.count = 0;
  }

  /** Looks again: after a login, and after answers. */
  async look() {
    try {
      this.count = count(await list('pending'));
    } catch {
      // Without the right to list images, there is no number.
      this.count = 0;
    }
    this.dispatchEvent(new Event('change'));
  }
}

export const waitingOffers = new WaitingOffers();
