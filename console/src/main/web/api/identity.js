/** Keystone: tokens, and where they count. */
import {call, send} from './http.js';

const ROOT = '/identity/v3';

/**
 * @typedef {import('../session.js').Session} Session
 * @typedef {{id: string, name: string, domain_id: string}} Project
 */

/**
 * A token for a password, of no project or of the given one.
 *
 * @param {{name: string, domain: {name: string} | {id: string}, password: string}} user
 * @param {string} [projectId]
 */
export function logIn(user, projectId) {
  return issue({methods: ['password'], password: {user}}, projectId);
}

/** A token of that project for another token of the same user. */
export function changeProject(token, projectId) {
  return issue({methods: ['token'], token: {id: token}}, projectId);
}

/** @returns {Promise<Session>} */
async function issue(identity, projectId) {
  const scope = projectId ? {project: {id: projectId}} : 'unscoped';
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
    project: token.project,
    roles: token.roles || [],
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
