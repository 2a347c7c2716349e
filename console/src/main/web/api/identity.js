/** Keystone: tokens, and where they count. */
import {call, send} from './http.js';

const ROOT = '/identity/v3';

/**
 * @typedef {import('../session.js').Session} Session
 * @typedef {{id: string, name: string, domain_id: string}} Project
 * @typedef {{project: {id: string}} | {domain: {id: string}}} Scope
 */

/**
 * A token for a password.
 *
 * @param {{name: string, domain: {name: string} | {id: string}, password: string}} user
 * @param {Scope} [scope] none: a token that counts nowhere
 */
export function logIn(user, scope) {
  return issue({methods: ['password'], password: {user}}, scope);
}

/**
 * A token that counts there, for another token of the same user.
 *
 * @param {string} token
 * @param {Scope} scope
 */
export function changeTo(token, scope) {
  return issue({methods: ['token'], token: {id: token}}, scope);
}

/** @returns {Promise<Session>} */
async function issue(identity, scope = /** @type {Scope | 'unscoped'} */ ('unscoped')) {
  const response = await send('POST', `${ROOT}/auth/tokens`, {
    token: null,
    query: {nocatalog: '1'},
    json: {auth: {identity, scope}},
  });
  const {token} = await response.json();
  return {
    token: /** @type {string} */ (response.headers.get('X-Subject-Token')),
    expires: token.expires_at,
    user: token.user,
    project: token.project || {id: '', name: '', domain: token.domain},
  };
}

/** Ends a token, by itself. */
export function revoke(token) {
  return call('DELETE', `${ROOT}/auth/tokens`, {token, headers: {'X-Subject-Token': token}});
}

/**
 * The projects that the user of a token may work in.
 *
 * @returns {Promise<Project[]>}
 */
export async function ownProjects(token) {
  return (await call('GET', `${ROOT}/auth/projects`, {token})).projects;
}

/**
 * The accounts in which the user of a token has a role, and its own, also if it has none there.
 *
 * @returns {Promise<import('../session.js').Named[]>}
 */
export async function ownDomains(token) {
  return (await call('GET', `${ROOT}/auth/domains`, {token})).domains;
}
