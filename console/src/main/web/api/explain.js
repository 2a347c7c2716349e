/** Why somebody may, or may not, do something. */
import {call} from './http.js';

const ROOT = '/vitrine/v1';

/**
 * @param {{operation: string, image_id?: string, domain_id?: string, user_id?: string, project_id?: string, member_id?: string}} question
 * @param {AbortSignal} [signal]
 */
export function explain(question, signal) {
  const given = Object.entries(question).filter(([, value]) => value);
  return call('POST', `${ROOT}/explain`, {json: Object.fromEntries(given), signal});
}

/** The reasons of a refusal, evaluated again. */
export function explanation(id, signal) {
  return call('GET', `${ROOT}/explanations/${encodeURIComponent(id)}`, {signal});
}

/**
 * Which of these operations the caller may do, so that none is offered that would be refused; and, as `cloud_admin`,
 * whether the caller administers the cloud: some values need that, such as the visibility `public`.
 *
 * @param {string[]} operations
 * @param {string | undefined} image
 * @param {AbortSignal} [signal]
 * @param {string} [domain] an account in which the caller would do them, instead of the session's place
 * @returns {Promise<Record<string, boolean>>}
 */
export async function allowed(operations, image, signal, domain) {
  const answers = await Promise.all(
      operations.map((operation) => explain({operation, image_id: image, domain_id: domain}, signal)));
  return {
    ...Object.fromEntries(operations.map((operation, i) => [operation, answers[i].allowed])),
    cloud_admin: answers.some((answer) => answer.policy.cloud_admin === true),
  };
}

/**
 * Whether the user of a token has a role on an account, or is the account's own user. Any operation tells which grants on
 * an account there are; this one is about no more than the account.
 *
 * @param {string} domain
 * @param {string} token
 * @returns {Promise<boolean>}
 */
export async function hasRoleOn(domain, token) {
  const {policy} = await call('POST', `${ROOT}/explain`, {json: {operation: 'SHOW_DOMAIN', domain_id: domain}, token});
  return (policy.actions || []).some(({kind, considered}) => kind === 'account_owner' || considered.length > 0);
}

/** A new image with its data. */
export const UPLOAD = ['CREATE_IMAGE', 'UPLOAD_IMAGE'];

/** Offering images to projects. */
export const SHARE = 'BATCH_ADD_MEMBERS';

/**
 * @param {Record<string, boolean> | undefined} rights undefined: not known yet, so nothing is offered
 * @param {string[]} operations
 */
export function mayAll(rights, operations) {
  return rights !== undefined && operations.every((operation) => rights[operation]);
}
