/** What others lose by a change of an image, in numbers: for the dialogs that ask before it. */
import {t} from '../text/index.js';

/** What is done to the image; the last two are new visibilities. */
/** @typedef {'deactivate' | 'delete' | 'private' | 'shared'} Change */

/**
 * A sentence for each thing that is lost; none, if nothing is.
 *
 * @param {Change} change
 * @param {import('../api/history.js').Review | undefined} review undefined: it could not be read
 * @returns {string[]}
 */
export function losses(change, review) {
  if (!review) {
    return [t('losses.unknown')];
  }
  const way = change === 'deactivate' ? 'use' : 'show';
  const isEverybodys = review.everyone.includes(way);
  const members = review.recipients.filter((one) => one.relation === 'member' && one.can.includes(way));
  // Of what becomes shareable, members keep what they accepted; the others would have to accept it first.
  const losing = change === 'shared' ? [] : members;
  const keeping = change === 'shared' ? members.filter((one) => one.member_status === 'accepted').length : 0;
  return [
    isEverybodys && (change === 'deactivate' ? t('losses.everybodyUse') : keeping ? t('losses.allButMembers', {n: keeping}) : t('losses.everybody')),
    ...(losing.length ? [numbers(change, isEverybodys, losing)] : []),
  ].filter((one) => one !== false);
}

/** How many projects lose it, by their answers. */
function numbers(change, isEverybodys, losing) {
  const count = (status) => losing.filter((one) => one.member_status === status).length;
  const [accepted, pending, rejected] = [count('accepted'), count('pending'), count('rejected')];
  const who = [
    accepted && t('losses.accepted', {n: accepted}), pending && t('losses.pending', {n: pending}), rejected && t('losses.rejected', {n: rejected}),
  ].filter(Boolean).join(t('comma'));
  const n = losing.length;
  const isAmong = isEverybodys ? t('losses.among', {n, who}) : '';
  switch (change) {
    case 'deactivate': return isAmong || t('losses.use', {n, who});
    case 'private': return isAmong || t('losses.private', {n, who});
    default: return isAmong || t('losses.delete', {n, who});
  }
}
