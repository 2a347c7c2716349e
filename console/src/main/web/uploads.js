/** Files on their way to the server, one after the other. They go on whatever view is shown, until the tab closes. */
import * as images from './api/images.js';
import {sessions} from './session.js';

/** Seconds over which the speed is averaged. */
const WINDOW = 5;

/**
 * @typedef {object} Item
 * @property {number} key
 * @property {File} file
 * @property {string} name
 * @property {string} format
 * @property {'ready' | 'sending' | 'checking' | 'done' | 'failed' | 'cancelled'} state
 * @property {number} sent
 * @property {[number, number][]} samples milliseconds and bytes
 * @property {string} id of the image
 * @property {unknown} error
 * @property {() => void} cancel
 */

class Uploads extends EventTarget {
  constructor() {
    super();
    /** @type {Item[]} */
    this.items = [];
    this.visibility = 'shared';
    this.last = 0;
    /** @type {Promise<void> | null} the uploads under way */
    this.running = null;
    /** @type {Set<Item>} that were not ready when these began */
    this.earlier = new Set();
    addEventListener('beforeunload', (event) => this.running && event.preventDefault());
    sessions.addEventListener('change', () => this.forgetOtherProject());
  }

  /**
   * @param {File} file
   * @param {string} name of the image
   * @param {string} format
   */
  add(file, name, format) {
    this.items = [...this.items, {
      key: ++this.last, file, name, format, state: 'ready', sent: 0, samples: [], id: '', error: null, cancel: () => {},
    }];
    this.changed();
  }

  /** @param {Item} item one that is not being sent */
  remove(item) {
    this.items = this.items.filter((other) => other !== item);
    this.changed();
  }

  /** Sends what is ready. The event `ended` has what was sent. */
  async start() {
    this.earlier = new Set(this.items.filter((item) => item.state !== 'ready'));
    this.running = this.sendAll();
    this.changed();
    await this.running;
    this.running = null;
    this.changed();
    this.dispatchEvent(new CustomEvent('ended', {detail: this.now}));
  }

  async sendAll() {
    const {project} = this;
    for (let item; this.project === project && (item = this.items.find((one) => one.state === 'ready'));) {
      await this.send(item);
    }
  }

  /** @param {Item} item */
  async send(item) {
    item.state = 'sending';
    this.changed();
    try {
      const image = await images.create({name: item.name, disk_format: item.format, container_format: 'bare', visibility: this.visibility, tags: []});
      item.id = image.id;
      if (/** @type {string} */ (item.state) === 'cancelled') {
        throw new Error('cancelled');
      }
      const {done, cancel} = images.upload(image.id, item.file, (sent) => {
        item.sent = sent;
        item.samples = [...item.samples.filter(([at]) => Date.now() - at < WINDOW * 1000), [Date.now(), sent]];
        item.state = sent >= item.file.size ? 'checking' : 'sending';
        this.changed();
      });
      item.cancel = cancel;
      await done;
      item.state = 'done';
    } catch (error) {
      if (/** @type {string} */ (item.state) !== 'cancelled') {
        item.state = 'failed';
        item.error = error;
      }
      if (item.id) {
        // An image without its bytes is of no use to anybody.
        await images.remove(item.id).catch(() => {});
        item.id = '';
      }
    }
    this.changed();
  }

  /** @param {Item} item */
  cancel(item) {
    item.state = 'cancelled';
    item.cancel();
    this.changed();
  }

  /** Cancels what is not done, and ends when the server has forgotten it. */
  async cancelAll() {
    this.items.filter((item) => ['ready', 'sending', 'checking'].includes(item.state)).forEach((item) => this.cancel(item));
    await this.running;
  }

  /** Those of the present start, or of the last one. */
  get now() {
    return this.items.filter((item) => !this.earlier.has(item));
  }

  /** Which of how many is being sent, and how much of it has been sent, from 0 to 1. */
  get progress() {
    const {now} = this;
    const i = now.findIndex((item) => item.state === 'sending' || item.state === 'checking');
    return {at: i + 1, all: now.length, part: now[i]?.file.size ? now[i].sent / now[i].file.size : 0};
  }

  /** Whoever goes to another project, or out, leaves the list behind. */
  forgetOtherProject() {
    const project = sessions.current?.project.id || '';
    if (this.project !== project) {
      this.project = project;
      this.items = [];
      this.changed();
    }
  }

  changed() {
    this.dispatchEvent(new Event('change'));
  }
}

export const uploads = new Uploads();
