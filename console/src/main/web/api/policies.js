/** Custom policies of the user's domain. */
import {call} from './http.js';

const ROOT = '/v3.0/OS-ROLE/roles';

/**
 * @typedef {{Effect: 'Allow' | 'Deny', Action: string[], Condition?: object}} Statement
 * @typedef {{Version: string, Statement: Statement[]}} Document
 * @typedef {{id: string, display_name: string, description: string, type: 'XA' | 'AX', policy: Document}} Policy
 */

/** Those that name many actions at once. */
const PATTERNS = ['ims:*:*', 'ims:*:get*', 'ims:*:list*'];

/**
 * Actions that operations need, as the server's OpenAPI document names them.
 *
 * @returns {Promise<string[]>}
 */
export async function actions() {
  const {paths} = await call('GET', '/openapi.json');
  const needed = Object.values(paths).flatMap(Object.values)
      .flatMap((operation) => Object.values(operation['x-vitrine-actions'] || {}).flat())
      .flatMap(({action, aliases = []}) => [action, ...aliases]);
  return [...PATTERNS, ...new Set(needed.sort())];
}

/** @returns {Promise<Policy[]>} */
export async function list(signal) {
  return (await call('GET', ROOT, {query: {page: '1', per_page: '300'}, signal})).roles;
}

/**
 * @param {string} id empty: a new one
 * @param {{display_name: string, description: string, type: string, policy: Document}} role
 */
export function save(id, role) {
  return id ? call('PATCH', `${ROOT}/${id}`, {json: {role}}) : call('POST', ROOT, {json: {role}});
}

export function remove(id) {
  return call('DELETE', `${ROOT}/${id}`);
}

/** What can be wrong with a document. The server checks more. */
const ACTION = /^[a-z0-9-]+:[A-Za-z0-9*-]+:[A-Za-z0-9*-]+$/;

/**
 * The first thing that is wrong with the text of a document.
 *
 * @param {string} text
 * @returns {{kind: 'json' | 'version' | 'statements' | 'effect' | 'actions' | 'action' | 'field', where: string} | null}
 */
export function fault(text) {
  let document;
  try {
    document = JSON.parse(text);
  } catch (error) {
    return {kind: 'json', where: String(/** @type {Error} */ (error).message)};
  }
  if (document?.Version !== '1.1') {
    return {kind: 'version', where: ''};
  }
  const unknown = Object.keys(document).find((name) => !['Version', 'Statement'].includes(name));
  if (unknown) {
    return {kind: 'field', where: unknown};
  }
  const statements = document.Statement;
  if (!Array.isArray(statements) || statements.length < 1 || statements.length > 8) {
    return {kind: 'statements', where: ''};
  }
  return statements.map(faultOf).find(Boolean) || null;
}

/** @returns {ReturnType<typeof fault>} */
function faultOf(statement, i) {
  const where = String(i + 1);
  if (!['allow', 'deny'].includes(String(statement?.Effect).toLowerCase())) {
    return {kind: 'effect', where};
  }
  const unknown = Object.keys(statement).find((name) => !['Effect', 'Action', 'NotAction', 'Resource', 'Condition'].includes(name));
  if (unknown) {
    return {kind: 'field', where: unknown};
  }
  const actions = statement.Action || statement.NotAction;
  if (!Array.isArray(actions) || !actions.length) {
    return {kind: 'actions', where};
  }
  const bad = actions.find((action) => typeof action !== 'string' || !ACTION.test(action));
  return bad === undefined ? null : {kind: 'action', where: String(bad)};
}
