/** Vitrine: what happened to images, and who can use them. */
import {session} from '../session.js';
import {call, send} from './http.js';

/** The most rows of a page. */
const MOST = '1000';

/**
 * @typedef {'show' | 'use' | 'change'} Way
 * @typedef {object} Event
 * @property {string} id
 * @property {string} kind such as `offer.created`
 * @property {string} at
 * @property {string | null} image_id null: a right changed
 * @property {string | null} owner_project_id
 * @property {string | null} project_id the member; null: the image itself changed
 * @property {string | null} from
 * @property {string | null} to
 * @property {string | null} user_id who acted; null for acts of another project
 * @property {boolean | null} other_account whether the member belongs to another account than the owner
 * @property {Record<string, any> | null} before of a right
 * @property {Record<string, any> | null} after
 *
 * @typedef {object} Recipient
 * @property {string} project_id
 * @property {'owner' | 'member'} relation
 * @property {'pending' | 'accepted' | 'rejected' | null} member_status
 * @property {string} since
 * @property {Way[]} can
 * @property {string | null} last_used_at
 * @property {boolean | null} other_account
 *
 * @typedef {object} Usable
 * @property {string} image_id
 * @property {string | null} owner_project_id
 * @property {string} visibility
 * @property {'owner' | 'member' | 'everyone'} relation
 * @property {'pending' | 'accepted' | 'rejected' | null} member_status
 * @property {string} since
 * @property {Way[]} can
 * @property {string | null} last_used_at
 *
 * @typedef {object} Review
 * @property {string} visibility
 * @property {string} image_status
 * @property {Way[]} everyone what every project can do
 * @property {Recipient[]} recipients
 * @property {string | null} next_marker
 */

/** @param {string} image its id; empty: all that concern the project */
function place(image, what) {
  return image ? `/vitrine/v1/images/${encodeURIComponent(image)}/${what}` : `/vitrine/v1/${what}`;
}

/**
 * A page of what happened, the newest first.
 *
 * @param {string} image as above
 * @param {Record<string, string | undefined>} query kind, since, until, limit, marker
 * @param {AbortSignal} [signal]
 * @returns {Promise<{events: Event[], next_marker: string | null}>}
 */
export function events(image, query, signal) {
  return call('GET', place(image, 'history'), {query, signal});
}

/** Pages of offers that are read at most. */
const MOST_PAGES = 10;

/**
 * Until when an offer without an event was looked for, by project, kinds and image: its event was never recorded, or is
 * too long ago, and can be there only if it is new.
 *
 * @type {Map<string, string>}
 */
const searched = new Map();

/**
 * The last event of each of these kinds of each image's offer to this project.
 *
 * @param {string[]} kinds
 * @param {{id: string, created_at: string}[]} images
 * @param {AbortSignal} [signal]
 * @returns {Promise<Record<string, Event>>} by the id of the image; those that are too long ago are not there
 */
export async function offers(kinds, images, signal) {
  /** @type {Record<string, Event>} */
  const found = {};
  const project = session().project.id;
  const keyOf = (id) => `${project} ${kinds} ${id}`;
  const missing = new Set(images.map(({id}) => id));
  // No offer is older than its image.
  const since = images.map(({id, created_at: created}) => searched.get(keyOf(id)) || created)
      .sort((a, b) => Date.parse(a) - Date.parse(b))[0];
  const query = {project_id: project, kind: kinds.join(','), since, limit: MOST};
  let until = '';
  let marker;
  for (let page = 0; missing.size && page < MOST_PAGES && marker !== null; page++) {
    const answer = await events('', {...query, marker}, signal);
    until ||= answer.events[0]?.at || '';
    for (const event of answer.events) {
      if (missing.delete(event.image_id)) {
        found[event.image_id] = event;
      }
    }
    marker = answer.next_marker;
  }
  if (until) {
    missing.forEach((id) => searched.set(keyOf(id), until));
  }
  return found;
}

/**
 * @typedef {object} Refusal
 * @property {string} id
 * @property {string} until when it was last counted
 * @property {number} count
 * @property {string | null} user_id null: nobody that is known
 * @property {string | null} operation null: several
 * @property {string | null} reason
 * @property {string | null} target of the first of these requests
 *
 * A page of the refused requests, the newest first.
 *
 * @param {Record<string, string | undefined>} query since, until, limit, marker
 * @param {AbortSignal} [signal]
 * @returns {Promise<{refusals: Refusal[], next_marker: string | null}>}
 */
export function refusals(query, signal) {
  return call('GET', '/vitrine/v1/refusals', {query, signal});
}

/**
 * Who can use an image: all for its owner, otherwise the caller's own project.
 *
 * @param {string} image
 * @param {string} asOf a moment; empty: now
 * @param {AbortSignal} [signal]
 * @returns {Promise<Review>}
 */
export async function review(image, asOf, signal) {
  /** @type {Review | undefined} */
  let first;
  /** @type {Recipient[]} */
  const recipients = [];
  let marker;
  do {
    const page = await call('GET', place(image, 'access'), {query: {as_of: asOf, limit: MOST, marker}, signal});
    recipients.push(...page.recipients);
    marker = page.next_marker;
    first ??= page;
  } while (marker);
  return {.../** @type {Review} */ (first), recipients};
}

/**
 * A page of the images that the project can use, by id.
 *
 * @param {Record<string, string | undefined>} query as_of, limit, marker
 * @param {AbortSignal} [signal]
 * @returns {Promise<{images: Usable[], next_marker: string | null}>}
 */
export function usable(query, signal) {
  return call('GET', place('', 'access'), {query, signal});
}

/**
 * All pages of a list as one table.
 *
 * @param {string} image as above
 * @param {'history' | 'access'} what
 * @param {Record<string, string | undefined>} query
 */
export async function csv(image, what, query) {
  const parts = [];
  let marker;
  do {
    const response = await send('GET', place(image, what), {
      query: {...query, format: 'csv', limit: MOST, marker}, headers: {'Accept': 'text/csv'},
    });
    const text = await response.text();
    // Each page begins with the names of the columns.
    parts.push(parts.length ? text.slice(text.indexOf('\n') + 1) : text);
    marker = response.headers.get('X-Next-Marker') || undefined;
  } while (marker);
  return new Blob(parts, {type: 'text/csv'});
}
