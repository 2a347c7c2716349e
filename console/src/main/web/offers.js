/** How many offers wait for an answer: the number in the navigation. */
import {list} from './api/images.js';

class WaitingOffers extends EventTarget {
  constructor() {
    super();
    this.count = 0;
  }

  /** Looks again: after a login, and after answers. */
  async look() {
    try {
      const {images} = await list('pending', {limit: 100});
      this.count = images.length;
    } catch {
      // Without the right to list images, there is no number.
      this.count = 0;
    }
    this.dispatchEvent(new Event('change'));
  }
}

export const waitingOffers = new WaitingOffers();
