/**
 * Names of images and projects by id, as this browser learned them when it showed or shared them: not every caller may
 * look up the name of another project.
 */
import {session} from './session.js';

/** The oldest are forgotten. */
const MOST = 2000;

const key = () => `vitrine.names.${session().project.id}`;

/** @returns {Record<string, string>} */
export function names() {
  return JSON.parse(localStorage.getItem(key()) || '{}');
}

/** @param {Record<string, string>} learned names by id; empty ones are left out */
export function remember(learned) {
  const all = {...names(), ...Object.fromEntries(Object.entries(learned).filter(([, name]) => name))};
  localStorage.setItem(key(), JSON.stringify(Object.fromEntries(Object.entries(all).slice(-MOST))));
}
