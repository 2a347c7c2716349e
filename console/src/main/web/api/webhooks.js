/** Vitrine: webhooks of the project or of its account, and what was delivered to them. */
import {callInAccount} from './account.js';
import {call} from './http.js';

const ROOT = '/vitrine/v1/webhooks';

/** What a webhook can be told of, in the order of an offer's life. */
export const KINDS = ['offer.created', 'offer.accepted', 'offer.rejected', 'offer.withdrawn', 'image.deactivated', 'image.deleted', 'job.ended'];

/** The states of a delivery. */
export const STATES = ['pending', 'delivered', 'parked'];

/**
 * @typedef {object} Webhook
 * @property {string} id
 * @property {string} url
 * @property {string[]} kinds
 * @property {string} description
 * @property {boolean} enabled
 * @property {string} created_at
 * @property {Summary} [deliveries] only of one webhook
 * @property {string} [secret] only when it is new
 *
 * @typedef {object} Summary
 * @property {number} pending
 * @property {number} parked
 * @property {string | null} last_delivered_at
 * @property {string | null} last_failed_at
 * @property {string | null} last_error
 * @property {string | null} last_error_code
 * @property {number | null} last_error_status
 *
 * @typedef {object} Delivery
 * @property {string} id
 * @property {string} kind
 * @property {string} at when the event happened
 * @property {string | null} image_id
 * @property {string | null} job_id
 * @property {'pending' | 'delivered' | 'parked'} status
 * @property {number} attempts
 * @property {string | null} last_attempt_at
 * @property {number | null} last_status
 * @property {string | null} last_error
 * @property {string | null} last_error_code
 * @property {string | null} next_attempt_at null: it waits for another one, or has ended
 *
 * @typedef {{delivered: boolean, status: number | null, milliseconds: number, error: string | null, error_code: string | null}} Trial
 *
 * @typedef {object} Change
 * @property {string} [url]
 * @property {string[] | null} [kinds] null: all, also those that are still to come
 * @property {string} [description]
 * @property {boolean} [enabled]
 */

const place = (id, rest = '') => `${ROOT}/${encodeURIComponent(id)}${rest}`;

/** Whose webhooks a view shows: `account` in its address, otherwise those of the session's project or account. */
class Webhooks {
  /** @param {string | undefined} of */
  constructor(of) {
    this.call = of === 'account' ? callInAccount : call;
  }

  /** @returns {Promise<Webhook[]>} */
  async list(signal) {
    return (await this.call('GET', ROOT, {signal})).webhooks;
  }

  /** @returns {Promise<Webhook>} */
  async show(id, signal) {
    return (await this.call('GET', place(id), {signal})).webhook;
  }

  /**
   * @param {Change} fields
   * @returns {Promise<Webhook>} with its secret, which is told this once
   */
  async create(fields) {
    return (await this.call('POST', ROOT, {json: fields})).webhook;
  }

  /** @param {Change} changes */
  update(id, changes) {
    return this.call('PATCH', place(id), {json: changes});
  }

  remove(id) {
    return this.call('DELETE', place(id));
  }

  /** @returns {Promise<Webhook>} with its new secret, which is told this once */
  async replaceSecret(id) {
    return (await this.call('POST', place(id, '/secret'))).webhook;
  }

  /** @returns {Promise<Trial>} */
  async test(id) {
    return (await this.call('POST', place(id, '/test'))).test;
  }

  /**
   * A page of deliveries, the newest first.
   *
   * @param {Record<string, string | undefined>} query status, kind, limit, marker
   * @returns {Promise<{deliveries: Delivery[], next_marker: string | null}>}
   */
  deliveries(id, query, signal) {
    return this.call('GET', place(id, '/deliveries'), {query, signal});
  }

  retry(id, delivery) {
    return this.call('POST', place(id, `/deliveries/${delivery}/retry`));
  }

  /** @returns {Promise<number>} how many deliveries were queued */
  async replay(id, since) {
    return (await this.call('POST', place(id, '/replay'), {json: {since}})).deliveries;
  }
}

/** @param {string | undefined} of as the address has it */
export function webhooksOf(of) {
  return new Webhooks(of);
}
