/**
 * Names by id. Not every caller may look up the name of another project, so this browser keeps those of images and
 * projects that it showed or shared. Those of projects, users and groups that the caller may list are read once in a
 * while, and kept as long as the page.
 */
import {enterpriseProjects, list} from './api/directory.js';
import {allowed} from './api/explain.js';
import {ownProjects} from './api/identity.js';
import {named} from './api/images.js';
import {isOfAccount, session} from './session.js';

/** The oldest are forgotten. */
const MOST = 2000;

/** Images whose names are asked for at once. */
const AT_ONCE = 100;

/** Milliseconds after which lists are read anew. */
const FRESH = 60_000;

/**
 * What the caller may list; nothing of what it may not.
 *
 * @typedef {import('./session.js').Named} Named
 * @typedef {{projects: Named[], users: Named[], groups: Named[], names: Record<string, string>}} Listed
 */

/** @type {Listed} */
const NOTHING = {projects: [], users: [], groups: [], names: {}};

let latest = {token: '', at: 0, lists: NOTHING, reading: Promise.resolve(NOTHING)};

/** Ids of images whose names were asked for with the token of {@link latest}. */
let asked = new Set();

let parsed = {text: '{}', names: /** @type {Record<string, string>} */ ({})};

const key = () => `vitrine.names.${session().project.id || session().project.domain.id}`;

/** @returns {Record<string, string>} kept in this browser */
function kept() {
  const text = localStorage.getItem(key()) || '{}';
  if (text !== parsed.text) {
    parsed = {text, names: JSON.parse(text)};
  }
  return parsed.names;
}

/** @returns {Record<string, string>} all names that are known now */
export function names() {
  return latest.token === session().token ? {...kept(), ...latest.lists.names} : kept();
}

/** @param {Record<string, string>} learned names by id; empty ones are left out */
export function remember(learned) {
  const all = {...kept(), ...Object.fromEntries(Object.entries(learned).filter(([, name]) => name))};
  localStorage.setItem(key(), JSON.stringify(Object.fromEntries(Object.entries(all).slice(-MOST))));
}

/**
 * Reads what the caller may list, unless that was done a moment ago. If that fails, what was read before stays.
 *
 * @returns {Promise<Listed>}
 */
export function learn() {
  const {token} = session();
  if (latest.token !== token) {
    latest = {token, at: 0, lists: NOTHING, reading: Promise.resolve(NOTHING)};
    asked = new Set();
  }
  if (Date.now() - latest.at > FRESH) {
    const mine = latest;
    mine.at = Date.now();
    mine.reading = read().then((lists) => (mine.lists = lists), () => {
      mine.at = 0;
      return mine.lists;
    });
  }
  return latest.reading;
}

/** @returns {Promise<Listed>} */
async function read() {
  const {user, project} = session();
  const may = await allowed(['LIST_PROJECTS', 'LIST_USERS', 'LIST_GROUPS', 'LIST_ENTERPRISE_PROJECTS', 'LIST_DOMAINS'], undefined);
  // Administrators of the cloud see projects of all domains.
  const domain = may.cloud_admin ? '' : project.domain.id;
  const ifMay = (operation, load) => (may[operation] ? load().catch(() => []) : Promise.resolve([]));
  const [own, all, users, groups, enterprise, domains] = await Promise.all([
    ownProjects(undefined),
    ifMay('LIST_PROJECTS', () => list('projects', undefined, domain)),
    ifMay('LIST_USERS', () => list('users', undefined, domain)),
    ifMay('LIST_GROUPS', () => list('groups', undefined, domain)),
    ifMay('LIST_ENTERPRISE_PROJECTS', () => enterpriseProjects()),
    may.cloud_admin ? ifMay('LIST_DOMAINS', () => list('domains', undefined, '')) : [],
  ]);
  const projects = [...new Map([...all, ...own].map((one) => [one.id, one])).values()];
  const every = [user.domain, project.domain, ...domains, ...enterprise, ...groups, ...users, user];
  const names = Object.fromEntries(every.map((one) => [one.id, one.name]));
  for (const {id, name, domain_id: of} of projects) {
    // Projects of several accounts may have the name of the region.
    names[id] = of === project.domain.id || !names[of] ? name : `${names[of]} / ${name}`;
  }
  delete names[''];
  return {projects, users, groups, names};
}

/**
 * Learns the names of these images, as far as this project sees them; of each once.
 *
 * @param {(string | null)[]} ids
 * @param {AbortSignal} [signal]
 */
export async function learnImages(ids, signal) {
  if (isOfAccount()) {
    return;
  }
  const known = names();
  const unknown = [...new Set(ids)].filter((id) => id && !(id in known) && !asked.has(id));
  for (let i = 0; i < unknown.length; i += AT_ONCE) {
    const some = unknown.slice(i, i + AT_ONCE);
    try {
      remember(await named(/** @type {string[]} */ (some), signal));
      some.forEach((id) => asked.add(id));
    } catch {
      return;
    }
  }
}
