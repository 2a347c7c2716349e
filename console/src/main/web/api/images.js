/** The Image API v2. */
import {sessions, session} from '../session.js';
import {call, refusal} from './http.js';

const ROOT = '/image/v2/images';
const PATCH = 'application/openstack-images-v2.1-json-patch';

/**
 * @typedef {object} Image
 * @property {string} id
 * @property {string | null} name
 * @property {string} status
 * @property {string} visibility
 * @property {number | null} size
 * @property {string | null} owner
 * @property {string | null} disk_format
 * @property {string | null} container_format
 * @property {string | null} checksum
 * @property {string | null} os_hash_algo
 * @property {string | null} os_hash_value
 * @property {boolean} protected
 * @property {boolean} os_hidden
 * @property {number} min_ram
 * @property {number} min_disk
 * @property {number | null} virtual_size
 * @property {string} created_at
 * @property {string} updated_at
 * @property {string[]} tags
 */

/** Fields that every image has; all others are properties that somebody gave it. */
const FIELDS = new Set([
  'id', 'name', 'status', 'visibility', 'size', 'owner', 'disk_format', 'container_format', 'checksum', 'os_hash_algo',
  'os_hash_value', 'protected', 'os_hidden', 'min_ram', 'min_disk', 'virtual_size', 'created_at', 'updated_at', 'tags',
  'self', 'file', 'schema', 'stores', 'direct_url', 'locations',
]);

/** @param {Image} image */
export function properties(image) {
  return Object.entries(image).filter(([name]) => !FIELDS.has(name)).sort(([a], [b]) => a.localeCompare(b));
}

/**
 * What other projects offered to this one. `visibility` alone would list what a cloud administrator sees; together with
 * the type, which is IMS's, it is what this project received.
 */
const received = (status) => ({__imagetype: 'shared', visibility: 'shared', member_status: status});

/** Whose images a list holds, as parameters of the list. */
const WHOSE = {
  me: () => ({visibility: 'all', owner: session().project.id}),
  shared: () => received('accepted'),
  public: () => ({visibility: 'public'}),
  pending: () => received('pending'),
  rejected: () => received('rejected'),
};

/**
 * A page of a list; the marker is the id of the last image before it.
 *
 * @param {'me' | 'shared' | 'public' | 'pending' | 'rejected'} whose
 * @param {{sort?: string, marker?: string, limit?: number, signal?: AbortSignal}} [page]
 * @returns {Promise<{images: Image[], next: string}>} next: the marker of the next page, empty if there is none
 */
export async function list(whose, page = {}) {
  const answer = await call('GET', ROOT, {
    query: {...WHOSE[whose](), sort: page.sort, marker: page.marker, limit: String(page.limit || 100)},
    signal: page.signal,
  });
  return {images: answer.images, next: answer.next ? answer.images.at(-1).id : ''};
}

/**
 * All pages, as they arrive: each step yields all images so far, and whether these are all.
 *
 * @param {Parameters<typeof list>[0]} whose
 * @param {string | undefined} sort
 * @param {AbortSignal} [signal]
 */
export async function* listAll(whose, sort, signal) {
  /** @type {Image[]} */
  let images = [];
  let marker = '';
  do {
    const page = await list(whose, {sort, marker, signal, limit: marker ? 1000 : 100});
    images = images.concat(page.images);
    marker = page.next;
    yield {images, complete: !marker};
  } while (marker);
}

/** @returns {Promise<Image>} */
export function show(id, signal) {
  return call('GET', `${ROOT}/${encodeURIComponent(id)}`, {signal});
}

/**
 * @param {{name: string, disk_format: string, container_format: string, visibility: string, tags: string[]}} fields
 * @returns {Promise<Image>}
 */
export function create(fields) {
  return call('POST', ROOT, {json: fields});
}

/**
 * @param {string} id
 * @param {{op: 'add' | 'replace' | 'remove', path: string, value?: unknown}[]} changes
 * @returns {Promise<Image>}
 */
export function change(id, changes) {
  return call('PATCH', `${ROOT}/${id}`, {json: changes, headers: {'Content-Type': PATCH}});
}

export function remove(id) {
  return call('DELETE', `${ROOT}/${id}`);
}

export function deactivate(id) {
  return call('POST', `${ROOT}/${id}/actions/deactivate`);
}

export function reactivate(id) {
  return call('POST', `${ROOT}/${id}/actions/reactivate`);
}

export function addTag(id, tag) {
  return call('PUT', `${ROOT}/${id}/tags/${encodeURIComponent(tag)}`);
}

export function removeTag(id, tag) {
  return call('DELETE', `${ROOT}/${id}/tags/${encodeURIComponent(tag)}`);
}

/**
 * Sends the bytes. Only XMLHttpRequest tells how many have left.
 *
 * @param {string} id
 * @param {Blob} file
 * @param {(sent: number) => void} progress in bytes
 * @returns {{done: Promise<void>, cancel: () => void}} done fails with an ApiError; of status 0 if cancelled
 */
export function upload(id, file, progress) {
  const request = new XMLHttpRequest();
  /** @type {Promise<void>} */
  const done = new Promise((resolve, reject) => {
    request.open('PUT', `${ROOT}/${id}/file`);
    request.setRequestHeader('X-Auth-Token', sessions.current?.token || '');
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.setRequestHeader('Accept', 'application/json');
    request.upload.onprogress = (event) => progress(event.loaded);
    const fail = () => reject(refusal(request.status, request.responseText, (name) => request.getResponseHeader(name)));
    request.onload = () => (request.status < 300 ? resolve() : fail());
    request.onerror = fail;
    request.onabort = fail;
    request.send(file);
  });
  return {done, cancel: () => request.abort()};
}
