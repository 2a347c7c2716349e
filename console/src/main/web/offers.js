/** How many offers wait for an answer: the number in the navigation. */
import {list} from './api/images.js';
import {isOfAccount} from './session.js';

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
      // An account has no images.
      this.count = isOfAccount() ? 0 : count(await list('pending'));
    } catch {
      // Without the right to list images, there is no number.
      this.count = 0;
    }
    this.dispatchEvent(new Event('change'));
  }
}

export const waitingOffers = new WaitingOffers();
