/**
 * Requests with the user's rights in the account of its project: webhooks of an account take a token of it. In a
 * session of an account, that is the session's own.
 */
import {isOfAccount, session, sessions} from '../session.js';
import {t} from '../text/index.js';
import {ApiError, call} from './http.js';
import {changeTo, ownDomains, revoke} from './identity.js';

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
    const made = changeTo(by, {domain: {id: project.domain.id}}).then((of) => of.token);
    held = {by, token: made};
    made.catch(() => forget(made));
  }
  return held.token;
}

/** @param {Promise<string>} token that failed; the next request gets another one */
function forget(token) {
  if (held.token === token) {
    held = {by: '', token: null};
  }
}

/**
 * As `call` of http.js; 403 without a role in the account.
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
    const used = token();
    try {
      return await call(method, path, {...options, token: await used});
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) {
        throw error;
      }
      forget(used);
    }
    // 401 is also the answer to who has no role there.
    if (attempt) {
      throw new ApiError(403, '', {words: t('account.noRole', {name: session().project.domain.name})});
    }
    // This asks for the password if it is the session that has ended.
    await ownDomains(undefined);
  }
}
