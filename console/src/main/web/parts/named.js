/** Projects, users and groups as people know them: by name where it is known, with the id beside it. */
import {html} from 'lit';
import {session} from '../session.js';
import {t} from '../text/index.js';
import {copyable} from './copy.js';

/**
 * @param {string} id
 * @param {Record<string, string>} known names by id
 */
export function project(id, known) {
  return id === session().project.id ? t('image.thisProject') : copyable(id, t('access.project'), {name: known[id]});
}

/**
 * A user or a group.
 *
 * @param {string} id
 * @param {Record<string, string>} known names by id
 */
export function person(id, known) {
  return known[id] ? html`<span title=${id}>${known[id]}</span>` : copyable(id, t('history.by'));
}

/**
 * A name in a sentence, with the id by which others find it.
 *
 * @param {string} id
 * @param {Record<string, string>} known names by id
 */
export function inWords(id, known) {
  return known[id] ? `${known[id]} (${id})` : id;
}
