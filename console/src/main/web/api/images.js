/** The Image API v2. */
import {save} from '../save.js';
import {sessions, session} from '../session.js';
import {ApiError, call, refusal, send} from './http.js';

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

/** What a list is sorted by, as the server compares it: what is missing is the lowest. */
const SORTED = {
  name: (image) => image.name || '',
  size: (image) => image.size ?? -1,
  created_at: (image) => image.created_at,
};

/**
 * All images of a list in another order, as the server would send them. It tells times to the second, so that within a
 * second they are in the order of their ids.
 *
 * @param {Image[]} images
 * @param {string} sort `name`, `size` or `created_at`, with `:asc` or `:desc`
 */
export function inOrder(images, sort) {
  const [key, direction] = sort.split(':');
  const value = SORTED[key];
  const sign = direction === 'desc' ? -1 : 1;
  const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
  return [...images].sort((a, b) => sign * compare(value(a), value(b)) || compare(b.created_at, a.created_at) || compare(b.id, a.id));
}

/**
 * Names of images by their ids, as far as this project sees them.
 *
 * @param {string[]} ids at most 100
 * @param {AbortSignal} [signal]
 * @returns {Promise<Record<string, string>>}
 */
export async function named(ids, signal) {
  const query = {visibility: 'all', member_status: 'all', id: `in:${ids.join(',')}`, limit: '100'};
  const {images} = await call('GET', ROOT, {query, signal});
  return Object.fromEntries(images.map((image) => [image.id, image.name || '']));
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
 * Sends the bytes. Only XMLHttpRequest tells how many have left. If the session has ended meanwhile, the user is asked
 * for the password, and the bytes are sent again.
 *
 * @param {string} id
 * @param {Blob} file
 * @param {(sent: number) => void} progress in bytes
 * @returns {{done: Promise<void>, cancel: () => void}} done fails with an ApiError; of status 0 if cancelled
 */
export function upload(id, file, progress) {
  let request = new XMLHttpRequest();
  let isCancelled = false;
  const attempt = (token) => {
    /** @type {Promise<void>} */
    const done = new Promise((resolve, reject) => {
      request.open('PUT', `${ROOT}/${id}/file`);
      request.setRequestHeader('X-Auth-Token', token);
      request.setRequestHeader('Content-Type', 'application/octet-stream');
      request.setRequestHeader('Accept', 'application/json');
      request.upload.onprogress = (event) => progress(event.loaded);
      const fail = () => reject(refusal(request.status, request.responseText, (name) => request.getResponseHeader(name)));
      request.onload = () => (request.status < 300 ? resolve() : fail());
      request.onerror = fail;
      request.onabort = fail;
      request.send(file);
    });
    return done;
  };
  const all = async () => {
    const used = sessions.current?.token || '';
    try {
      await attempt(used);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401 || isCancelled || !sessions.current) {
        throw error;
      }
      if (sessions.current.token === used) {
        await sessions.renewed();
      }
      request = new XMLHttpRequest();
      progress(0);
      await attempt(sessions.current.token);
    }
  };
  const cancel = () => {
    isCancelled = true;
    request.abort();
  };
  return {done: all(), cancel};
}

/** Bytes that are kept one by one before the browser may put them on disk. */
const FOLD = 64 * 1024 * 1024;

/**
 * Receives the bytes, in the browser's own file dialog where it has one, and otherwise as a download of its own.
 *
 * @param {Image} image
 * @param {string} name of the file
 * @param {(received: number) => void} progress in bytes
 * @param {AbortSignal} signal
 * @returns {Promise<boolean>} false: the user has chosen no file
 */
export async function download(image, name, progress, signal) {
  const target = await place(name);
  if (target === null) {
    return false;
  }
  try {
    const response = await send('GET', `${ROOT}/${image.id}/file`, {headers: {'Accept': 'application/octet-stream'}, signal});
    let received = 0;
    if (response.body) {
      const reader = response.body.getReader();
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        await target.write(part.value);
        progress((received += part.value.byteLength));
      }
    }
    if (image.size !== null && received !== image.size) {
      throw new ApiError(0, `${received} of ${image.size} bytes`);
    }
    await target.close();
    return true;
  } catch (error) {
    await target.abort();
    throw error instanceof TypeError ? new ApiError(0, String(error)) : error;
  }
}

/**
 * Where bytes go: a file that the user chooses, or memory and then a download.
 *
 * @returns {Promise<{write: (bytes: Uint8Array) => Promise<void>, close: () => Promise<void>, abort: () => Promise<void>} | null>}
 */
async function place(name) {
  if ('showSaveFilePicker' in window) {
    try {
      const handle = await /** @type {any} */ (window).showSaveFilePicker({suggestedName: name});
      return await handle.createWritable();
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') {
        return null;
      }
      // Some places forbid it, such as a frame: then as browsers without it.
    }
  }
  let blob = new Blob([]);
  /** @type {Uint8Array[]} */
  let parts = [];
  let held = 0;
  const fold = () => {
    blob = new Blob([blob, .../** @type {BlobPart[]} */ (parts)], {type: 'application/octet-stream'});
    parts = [];
    held = 0;
  };
  return {
    write: async (bytes) => {
      parts.push(bytes);
      held += bytes.byteLength;
      if (held > FOLD) {
        fold();
      }
    },
    close: async () => {
      fold();
      save(blob, name);
    },
    abort: async () => {},
  };
}
