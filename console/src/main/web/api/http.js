/** One request to Vitrine, and what its four protocols' refusals have in common. */
import {sessions} from '../session.js';

/** A refusal, or no answer at all (status 0). */
export class ApiError extends Error {
  /**
   * @param {number} status
   * @param {string} message the server's own
   * @param {{code?: string, explanation?: string, requestId?: string, words?: string}} [more]
   */
  constructor(status, message, more = {}) {
    super(message);
    this.status = status;
    /** IMS's and IAM's code, such as `IMG.0027`. */
    this.code = more.code || '';
    /** Under which `#/why` tells the reasons of a 403. */
    this.explanation = more.explanation || '';
    this.requestId = more.requestId || '';
    /** The reason in the reader's words, where the console knows it. */
    this.words = more.words || '';
  }
}

/**
 * @typedef {object} Options
 * @property {unknown} [json] the body
 * @property {Record<string, string | undefined>} [query] empty values are left out
 * @property {Record<string, string>} [headers]
 * @property {AbortSignal} [signal]
 * @property {string | null} [token] instead of the session's; null: none
 */

/**
 * Sends a request with the session's token. If that has ended, the user is asked for the password, and the request goes
 * out again.
 *
 * @param {string} method
 * @param {string} path
 * @param {Options} [options]
 * @returns {Promise<Response>}
 * @throws {ApiError}
 */
export async function send(method, path, options = {}) {
  const used = options.token === undefined ? sessions.current?.token : options.token;
  const response = await attempt(method, path, options, used);
  if (response.status === 401 && options.token === undefined && sessions.current) {
    if (sessions.current.token === used) {
      await sessions.renewed();
    }
    return checked(await attempt(method, path, options, sessions.current?.token));
  }
  return checked(response);
}

/** As {@link send}; the body of the answer, read as JSON. */
export async function call(method, path, options = {}) {
  const response = await send(method, path, options);
  return response.status === 204 ? null : response.json();
}

/** @returns {Promise<Response>} */
async function attempt(method, path, options, token) {
  const headers = {'Accept': 'application/json', ...options.headers};
  if (token) {
    headers['X-Auth-Token'] = token;
  }
  if (options.json !== undefined && !headers['Content-Type']) {
    headers['Content-Type'] = 'application/json';
  }
  try {
    return await fetch(path + queryOf(options.query), {
      method,
      headers,
      body: options.json === undefined ? undefined : JSON.stringify(options.json),
      signal: options.signal,
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') {
      throw error;
    }
    throw new ApiError(0, String(error));
  }
}

function queryOf(query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  return given.length ? `?${new URLSearchParams(/** @type {string[][]} */ (given))}` : '';
}

/** @param {Response} response */
async function checked(response) {
  if (response.ok) {
    return response;
  }
  throw refusal(response.status, await response.text(), (name) => response.headers.get(name));
}

/**
 * Reads a refusal: Keystone and IMS write `{"error": {"message", "code"}}`, the gateway `{"error_msg", "error_code"}`,
 * Glance `{"message"}` or text.
 *
 * @param {number} status
 * @param {string} body
 * @param {(name: string) => string | null} header
 */
export function refusal(status, body, header) {
  let message = body;
  let code = '';
  try {
    const json = JSON.parse(body);
    const error = json.error || json;
    message = error.message || error.error_msg || body;
    code = String(error.code || error.error_code || '');
  } catch {
    // Text, as Glance writes it.
  }
  // Glance breaks lines as HTML does.
  return new ApiError(status, message.replace(/(<br \/>\s*)+/g, ' ').trim(), {
    code,
    explanation: header('X-Vitrine-Explanation') || '',
    requestId: header('X-Request-Id') || header('x-openstack-request-id') || '',
  });
}

/**
 * Does all of these, a few at a time, in their order; what fails is null.
 *
 * @template T, R
 * @param {T[]} items
 * @param {(item: T) => Promise<R>} work
 * @returns {Promise<(R | null)[]>}
 */
export async function inTurns(items, work, width = 6) {
  /** @type {(R | null)[]} */
  const results = items.map(() => null);
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const i = next++;
      results[i] = await work(items[i]).catch(() => null);
    }
  };
  await Promise.all(Array.from({length: Math.min(width, items.length)}, worker));
  return results;
}
