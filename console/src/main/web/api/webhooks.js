/** Vitrine: webhooks of the project, and what was delivered to them. */
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

/** @returns {Promise<Webhook[]>} */
export async function list(signal) {
  return (await call('GET', ROOT, {signal})).webhooks;
}

/** @returns {Promise<Webhook>} */
export async function show(id, signal) {
  return (await call('GET', place(id), {signal})).webhook;
}

/**
 * @param {Change} fields
 * @returns {Promise<Webhook>} with its secret, which is told this once
 */
export async function create(fields) {
  return (await call('POST', ROOT, {json: fields})).webhook;
}

/** @param {Change} changes */
export function update(id, changes) {
  return call('PATCH', place(id), {json: changes});
}

export function remove(id) {
  return call('DELETE', place(id));
}

/** @returns {Promise<Webhook>} with its new secret, which is told this once */
export async function replaceSecret(id) {
  return (await call('POST', place(id, '/secret'))).webhook;
}

/** @returns {Promise<Trial>} */
export async function test(id) {
  return (await call('POST', place(id, '/test'))).test;
}

/**
 * A page of deliveries, the newest first.
 *
 * @param {Record<string, string | undefined>} query status, kind, limit, marker
 * @returns {Promise<{deliveries: Delivery[], next_marker: string | null}>}
 */
export function deliveries(id, query, signal) {
  return call('GET', place(id, '/deliveries'), {query, signal});
}

export function retry(id, delivery) {
  return call('POST', place(id, `/deliveries/${delivery}/retry`));
}

/** @returns {Promise<number>} how many deliveries were queued */
export async function replay(id, since) {
  return (await call('POST', place(id, '/replay'), {json: {since}})).deliveries;
}
