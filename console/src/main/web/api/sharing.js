/** IMS: batches of offers and answers, and members. Vitrine: the jobs that carry batches out. */
import {session} from '../session.js';
import {ApiError, call} from './http.js';

const ROOT = '/v1/cloudimages/members';

/**
 * @typedef {{member_id: string, image_id: string, status: string, created_at: string, updated_at: string}} Member
 * @typedef {{image_id: string, project_id: string, status: string, error_code: string | null}} Pair
 * @typedef {{image_id: string, project_id: string, outcome: string, because: string | null}} Done
 * @typedef {object} Job
 * @property {string} job_id
 * @property {'add' | 'update' | 'remove'} kind
 * @property {'INIT' | 'RUNNING' | 'SUCCESS' | 'FAIL'} status
 * @property {string[]} image_ids
 * @property {string[]} project_ids
 * @property {'accepted' | 'rejected' | null} member_status what offers are answered with
 * @property {number} progress from 0 to 1
 * @property {string} submitted_at
 * @property {Done[]} [pairs] only of one job, once it has ended
 */

/**
 * What a batch does: offers images to projects, takes them back, or answers offers to this project.
 *
 * @typedef {{kind: 'add' | 'remove', images: string[], projects: string[]}
 *     | {kind: 'accepted' | 'rejected', images: string[]}} Batch
 */

/** Images in one batch, unless the operator says otherwise. */
export const MAX_IMAGES = 100;

const METHODS = {add: 'POST', remove: 'DELETE', accepted: 'PUT', rejected: 'PUT'};

/** @param {Batch} batch */
function body(batch) {
  return batch.kind === 'add' || batch.kind === 'remove'
    ? {images: batch.images, projects: batch.projects}
    : {images: batch.images, project_id: session().project.id, status: batch.kind};
}

/** Not `crypto.randomUUID`, which browsers keep from pages by plain HTTP. */
function newKey() {
  return crypto.getRandomValues(new Uint32Array(4)).join('-');
}

/**
 * Submits a batch.
 *
 * @param {Batch} batch
 * @param {string} key the same key gives the same job, should the request be sent twice
 * @returns {Promise<string>} the id of its job
 */
export async function submit(batch, key = newKey()) {
  const headers = {'Idempotency-Key': key};
  return (await call(METHODS[batch.kind], ROOT, {json: body(batch), headers})).job_id;
}

/**
 * What would become of each pair.
 *
 * @param {Batch} batch
 * @param {AbortSignal} [signal]
 * @returns {Promise<Pair[]>}
 */
export async function rehearse(batch, signal) {
  for (let attempt = 0; ; attempt++) {
    try {
      const options = {json: body(batch), query: {dry_run: 'true'}, signal};
      return (await call(METHODS[batch.kind], ROOT, options)).results;
    } catch (error) {
      // One rehearsal of a project at a time.
      if (!(error instanceof ApiError) || error.status !== 429 || attempt === 5) {
        throw error;
      }
      await pause(1000, signal);
    }
  }
}

/**
 * Which of its images or projects a batch was refused for as a whole: the message ends with its id. Empty: for another
 * reason.
 *
 * @param {unknown} error
 * @param {string[]} ids
 */
export function culprit(error, ids) {
  const id = error instanceof ApiError ? /\(([^()\s]+)\)$/.exec(error.message)?.[1] || '' : '';
  return ids.includes(id) ? id : '';
}

const JOBS = '/vitrine/v1/jobs';

/** @returns {Promise<Job>} */
export function job(id, signal) {
  return call('GET', `${JOBS}/${encodeURIComponent(id)}`, {signal});
}

/**
 * A page of the project's jobs, the newest first.
 *
 * @param {{ended?: boolean, limit?: number, marker?: string, signal?: AbortSignal}} [page]
 * @returns {Promise<{jobs: Job[], next_marker: string | null}>}
 */
export function jobs({ended, limit, marker, signal} = {}) {
  const query = {ended: ended === undefined ? undefined : String(ended), limit: limit && String(limit), marker};
  return call('GET', JOBS, {query, signal});
}

/** Whether a job has ended. */
export function ended(job) {
  return job.status === 'SUCCESS' || job.status === 'FAIL';
}

/**
 * A job's states, until it has ended.
 *
 * @param {string} id
 * @param {AbortSignal} [signal]
 */
export async function* watch(id, signal) {
  for (let wait = 150; ; wait = Math.min(2000, wait * 1.5)) {
    const state = await job(id, signal);
    yield state;
    if (ended(state)) {
      return;
    }
    await pause(wait, signal);
  }
}

/**
 * Submits a batch and waits for the end of its job.
 *
 * @param {Batch} batch
 */
export async function carryOut(batch) {
  let last;
  for await (const state of watch(await submit(batch))) {
    last = state;
  }
  return /** @type {Job} */ (last);
}

/** Pairs of an ended job that failed. */
export function failures(job) {
  return (job.pairs || []).filter((pair) => pair.outcome !== 'success');
}

/**
 * The members of an image: all for its owner, otherwise the caller's own.
 *
 * @returns {Promise<Member[]>}
 */
export async function members(image, signal) {
  const path = `/v1/${session().project.id}/cloudimages/${encodeURIComponent(image)}/members`;
  const all = [];
  let marker;
  do {
    const page = await call('GET', path, {query: {limit: '1000', marker}, signal});
    all.push(...page.members);
    marker = page.page_info.next_marker;
  } while (marker);
  return all;
}

function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
