/** A state: a word with a mark whose form, not only its colour, differs. */
import {html} from 'lit';
import {word} from '../text/index.js';

const TONES = {
  active: 'good', accepted: 'good', success: 'good', SUCCESS: 'good', delivered: 'good', working: 'good',
  pending: 'waiting', queued: 'waiting', saving: 'waiting', uploading: 'waiting', importing: 'waiting',
  INIT: 'waiting', RUNNING: 'waiting',
  rejected: 'bad', killed: 'bad', failed: 'bad', FAIL: 'bad', deactivated: 'bad', parked: 'bad', failing: 'bad',
};

/**
 * @param {'image' | 'member' | 'job' | 'key' | 'webhook' | 'delivery'} group
 * @param {string} value
 */
export function status(group, value) {
  return html`<span class="status ${TONES[value] || 'plain'}">${word(`status.${group}`, value)}</span>`;
}
