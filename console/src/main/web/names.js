/**
 * Names by id. Not every caller may look up the name of another project, so this browser keeps those of images and
 * projects that it showed or shared, until its user signs out. Those of projects, users and groups that the caller may
 * list are read once in a while, if they are not too many, and kept as long as the page.
 */
import {enterpriseProjects, listUpTo} from './api/directory.js';
import {allowed} from './api/explain.js';
import {ownProjects} from './api/identity.js';
import {named} from './api/images.js';
import {isOfAccount, session} from './session.js';

/** The oldest are forgotten. */
const MOST = 2000;

/** Users, groups or projects that are read; where there are more, ids are shown. */
const MOST_LISTED = 2000;

/** Images whose names are asked for at once. */
const AT_ONCE = 100;

/** Milliseconds after which lists are read anew; sooner, if one of them failed. */
const FRESH = 600_000;
const SOON = 60_000;

/**
 * What the caller may list; nothing of what it may not.
 *
 * @typedef {import('./session.js').Named} Named
 * @typedef {{projects: Named[], enterprise: Named[], domains: Named[], names: Record<string, string>}} Places
 * @typedef {{users: Named[], groups: Named[], names: Record<string, string>}} People
 */

/**
 * One part of it, which is read by itself: most views name places, few name people.
 *
 * @template T
 */
class Part {
  /**
   * @param {T} nothing
   * @param {(before: T) => Promise<{lists: T, isWhole: boolean}>} read what fails is as before
   */
  constructor(nothing, read) {
    this.lists = nothing;
    this.read = read;
    this.until = 0;
    /** @type {Promise<unknown>} */
    this.reading = Promise.resolve();
  }

  /** Reads it, unless that was done a while ago. */
  async learn() {
    if (Date.now() > this.until) {
      this.until = Date.now() + FRESH;
      this.reading = this.read(this.lists).then(({lists, isWhole}) => {
        this.lists = lists;
        if (!isWhole) {
          this.until = Date.now() + SOON;
        }
      }, () => (this.until = 0));
    }
    await this.reading;
    return this.lists;
  }
}

/** What was learned with a token. */
class Learned {
  constructor(token) {
    this.token = token;
    this.places = new Part(/** @type {Places} */ ({projects: [], enterprise: [], domains: [], names: {}}), readPlaces);
    this.people = new Part(/** @type {People} */ ({users: [], groups: [], names: {}}), readPeople);
    /** @type {Record<string, string>} names of images that were asked for; empty: this project sees none */
    this.images = {};
  }
}

let latest = new Learned('');

function learned() {
  const {token} = session();
  if (latest.token !== token) {
    latest = new Learned(token);
  }
  return latest;
}

let parsed = {text: '{}', names: /** @type {Record<string, string>} */ ({})};

let merged = {of: /** @type {Record<string, string>[]} */ ([]), names: /** @type {Record<string, string>} */ ({})};

const PREFIX = 'vitrine.names.';

const key = () => `${PREFIX}${session().project.id || session().project.domain.id}`;

/** @returns {Record<string, string>} kept in this browser */
function kept() {
  const text = localStorage.getItem(key()) || '{}';
  if (text !== parsed.text) {
    parsed = {text, names: JSON.parse(text)};
  }
  return parsed.names;
}

/** @returns {Record<string, string>} all names that are known now; merged again only if there are others */
export function names() {
  const {images, places, people} = learned();
  const of = [images, kept(), places.lists.names, people.lists.names];
  if (of.some((some, i) => some !== merged.of[i])) {
    merged = {of, names: Object.assign({}, ...of)};
  }
  return merged.names;
}

/** @param {Record<string, string>} told names by id; empty ones are left out */
export function remember(told) {
  const all = {...kept(), ...Object.fromEntries(Object.entries(told).filter(([, name]) => name))};
  localStorage.setItem(key(), JSON.stringify(Object.fromEntries(Object.entries(all).slice(-MOST))));
}

/** Whoever uses this browser next learns none of them. */
export function forgetNames() {
  Object.keys(localStorage).filter((name) => name.startsWith(PREFIX)).forEach((name) => localStorage.removeItem(name));
}

/**
 * Reads which places the caller may list, unless that was done a while ago. What fails is as it was read before.
 *
 * @returns {Promise<Places>}
 */
export function learn() {
  return learned().places.learn();
}

/**
 * As {@link learn}; also the users and groups.
 *
 * @returns {Promise<Places & People>}
 */
export async function learnPeople() {
  const {places, people} = learned();
  const [where, who] = await Promise.all([places.learn(), people.learn()]);
  return {...where, ...who, names: names()};
}

/** Something that is listed has changed: it is read anew the next time. */
export function outdated() {
  const {places, people} = learned();
  places.until = people.until = 0;
}

/**
 * Lists of what the caller may list.
 *
 * @template {string} K
 * @param {Record<K, string>} operations that list it
 * @param {(may: Record<string, boolean>) => Record<K, () => Promise<Named[]>>} loads
 * @param {Record<K, Named[]>} before in place of what fails
 */
async function lists(operations, loads, before) {
  const may = await allowed(Object.values(operations), undefined);
  let isWhole = true;
  const read = Object.entries(loads(may)).map(async ([kind, load]) => [kind, !may[operations[kind]] ? [] : await load().catch(() => {
    isWhole = false;
    return before[kind];
  })]);
  const found = /** @type {Record<K, Named[]>} */ (Object.fromEntries(await Promise.all(read)));
  return {found, isWhole};
}

/** Those of all domains, for an administrator of the cloud, if they are few enough; otherwise of its own. */
async function listOf(kind, may) {
  const all = may.cloud_admin ? await listUpTo(MOST_LISTED, kind, '') : [];
  return all.length ? all : listUpTo(MOST_LISTED, kind, session().project.domain.id);
}

/** @param {Places} before */
async function readPlaces(before) {
  const {user, project} = session();
  const [own, {found, isWhole}] = await Promise.all([
    ownProjects(undefined),
    lists({projects: 'LIST_PROJECTS', enterprise: 'LIST_ENTERPRISE_PROJECTS', domains: 'LIST_DOMAINS'}, (may) => ({
      projects: () => listOf('projects', may),
      enterprise: () => enterpriseProjects(),
      domains: async () => (may.cloud_admin ? listUpTo(MOST_LISTED, 'domains', '') : []),
    }), before),
  ]);
  const projects = [...new Map([...found.projects, ...own].map((one) => [one.id, one])).values()];
  const names = namesOf([user.domain, project.domain, ...found.domains, ...found.enterprise]);
  for (const {id, name, domain_id: of} of /** @type {import('./api/identity.js').Project[]} */ (projects)) {
    // Projects of several accounts may have the name of the region.
    names[id] = of === project.domain.id || !names[of] ? name : `${names[of]} / ${name}`;
  }
  delete names[''];
  return {lists: {...found, projects, names}, isWhole};
}

/** @param {People} before */
async function readPeople(before) {
  const {found, isWhole} = await lists({users: 'LIST_USERS', groups: 'LIST_GROUPS'}, (may) => ({
    users: () => listOf('users', may), groups: () => listOf('groups', may),
  }), before);
  return {lists: {...found, names: namesOf([...found.groups, ...found.users, session().user])}, isWhole};
}

/** @param {Named[]} all */
function namesOf(all) {
  return Object.fromEntries(all.map((one) => [one.id, one.name]));
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
  const mine = learned();
  const known = names();
  const unknown = /** @type {string[]} */ ([...new Set(ids)].filter((id) => id && !(id in known)));
  for (let i = 0; i < unknown.length; i += AT_ONCE) {
    const some = unknown.slice(i, i + AT_ONCE);
    try {
      const found = await named(some, signal);
      mine.images = {...mine.images, ...Object.fromEntries(some.map((id) => [id, ''])), ...found};
      remember(found);
    } catch {
      return;
    }
  }
}
