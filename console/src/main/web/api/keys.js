/** Access keys of the user. */
import {session} from '../session.js';
import {call} from './http.js';

const ROOT = '/v3.0/OS-CREDENTIAL/credentials';

/** @typedef {{access: string, description: string, status: 'active' | 'inactive', create_time: string}} Key */

/** @returns {Promise<Key[]>} */
export async function list(signal) {
  return (await call('GET', ROOT, {query: {user_id: session().user.id}, signal})).credentials;
}

/** @returns {Promise<Key & {secret: string}>} the secret is told this once */
export async function create(description) {
  const credential = {user_id: session().user.id, description};
  return (await call('POST', ROOT, {json: {credential}})).credential;
}

export function enable(key, enabled) {
  return call('PUT', `${ROOT}/${key}`, {json: {credential: {status: enabled ? 'active' : 'inactive'}}});
}

export function remove(key) {
  return call('DELETE', `${ROOT}/${key}`);
}
