/**
 * Requests with the user's rights in the account of its project: webhooks of an account take a token of it. In a
 * session of an account, that is the session's own.
 */
import {isOfAccount, session, sessions} from '../session.js';
import {ApiError, call} from './http.js';
import {changeTo, revoke} from './identity.js';

/** The token for the account, and the session's token that it was got with. */
let held = {by: '', token: /** @type {Promise<string> | null} */ (null)};

/** It ends with the session. */
sessions.addEventListener('change', () => {
  if (held.token && sessions.current?.token !== held.by) {
    held.token.then(revoke).catch(() => {});
    held = {by: '', token: null};
  }
});

/** @returns {Promise<string>} */
function token() {
  const {token: by, project} = session();
  if (held.by !== by || !held.token) {
    held = {by, token: changeTo(by, {domain: {id: project.domain.id}}).then((made) => made.token)};
  }
  return held.token;
}

/**
 * As `call` of http.js.
 *
 * @param {string} method
 * @param {string} path
 * @param {import('./http.js').Options} [options]
 */
export async function callInAccount(method, path, options = {}) {
  if (isOfAccount()) {
    return call(method, path, options);
  }
  for (let attempt = 0; ; attempt++) {
    try {
      return await call(method, path, {...options, token: await token()});
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401 || attempt === 2) {
        throw error;
      }
      held = {by: '', token: null};
      if (attempt) {
        await sessions.renewed();
      }
    }
  }
}
