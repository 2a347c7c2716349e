/**
 * The jobs that this browser has started, by project: no public API lists a project's jobs. Only ids and what they were
 * about are kept; how far they are is always asked.
 */
import {job, submit, watch} from './api/sharing.js';
import {inTurns} from './api/http.js';
import {session} from './session.js';

/** The oldest are forgotten. */
const MOST = 100;

/** @typedef {{id: string, batch: import('./api/sharing.js').Batch, names: Record<string, string>, at: string}} Kept */

const key = () => `vitrine.jobs.${session().project.id}`;

/** @returns {Kept[]} the newest first */
export function recall() {
  return JSON.parse(localStorage.getItem(key()) || '[]');
}

/**
 * @param {string} id
 * @param {Kept['batch']} batch
 * @param {Record<string, string>} names of images and projects by id
 */
export function remember(id, batch, names) {
  const all = recall().filter((kept) => kept.id !== id);
  all.unshift({id, batch, names, at: new Date().toISOString()});
  localStorage.setItem(key(), JSON.stringify(all.slice(0, MOST)));
}

/**
 * Submits a batch, remembers its job and waits for its end.
 *
 * @param {Kept['batch']} batch
 * @param {Record<string, string>} names
 */
export async function carryOut(batch, names) {
  const id = await submit(batch);
  remember(id, batch, names);
  let last;
  for await (const state of watch(id)) {
    last = state;
  }
  return /** @type {import('./api/sharing.js').Job} */ (last);
}

export function forget(id) {
  localStorage.setItem(key(), JSON.stringify(recall().filter((kept) => kept.id !== id)));
}

/**
 * How far they are; null: the server no longer knows it.
 *
 * @param {Kept[]} kept
 */
export async function refreshed(kept, signal) {
  const states = await inTurns(kept, (one) => job(one.id, signal));
  return kept.map((one, i) => ({kept: one, job: states[i]}));
}
