/** Who and what there is in a domain, by Keystone, IAM and EPS: users, groups, projects, enterprise projects, grants. */
import {session} from '../session.js';
import {call} from './http.js';

const KEYSTONE = '/identity/v3';
const PERMISSION = '/v3.0/OS-PERMISSION';
const ENTERPRISE = '/v1.0/enterprise-projects';

/** Grants on a page of the list: the most that IAM gives. */
const GRANTS_A_PAGE = 50;

/** The domain that the caller administers: that of its project. */
const domain = () => session().project.domain.id;

/**
 * @typedef {{id: string, name: string, description?: string, email?: string, enabled?: boolean, options?: {immutable?: boolean}}} Entry
 * @typedef {'users' | 'groups' | 'projects' | 'domains'} Kind
 */

const ONE = {users: 'user', groups: 'group', projects: 'project', domains: 'domain'};

/**
 * All of a kind in the domain.
 *
 * @param {Kind} kind
 * @param {AbortSignal} [signal]
 * @param {string} [of] another domain; empty: all of them
 * @returns {Promise<Entry[]>}
 */
export async function list(kind, signal, of = domain()) {
  return (await call('GET', `${KEYSTONE}/${kind}`, {query: {domain_id: of}, signal}))[kind];
}

/**
 * All of a kind, if there are at most so many; otherwise none.
 *
 * @param {number} most
 * @param {Kind} kind
 * @param {string} of a domain; empty: all of them
 * @returns {Promise<Entry[]>}
 */
export async function listUpTo(most, kind, of) {
  const {links, [kind]: all} = await call('GET', `${KEYSTONE}/${kind}`, {query: {domain_id: of, limit: String(most)}});
  return links.next ? [] : all;
}

/**
 * @param {Kind} kind
 * @param {Record<string, unknown>} fields
 */
export function create(kind, fields) {
  return call('POST', `${KEYSTONE}/${kind}`, {json: {[ONE[kind]]: {...fields, domain_id: domain()}}});
}

/**
 * @param {Kind} kind
 * @param {string} id
 * @param {Record<string, unknown>} fields
 */
export function change(kind, id, fields) {
  return call('PATCH', `${KEYSTONE}/${kind}/${id}`, {json: {[ONE[kind]]: fields}});
}

/** @param {Kind} kind */
export function remove(kind, id) {
  return call('DELETE', `${KEYSTONE}/${kind}/${id}`);
}

/** @returns {Promise<Entry[]>} the users of a group */
export async function members(group, signal) {
  return (await call('GET', `${KEYSTONE}/groups/${group}/users`, {signal})).users;
}

export function addMember(group, user) {
  return call('PUT', `${KEYSTONE}/groups/${group}/users/${user}`);
}

export function removeMember(group, user) {
  return call('DELETE', `${KEYSTONE}/groups/${group}/users/${user}`);
}

/** @returns {Promise<Entry[]>} */
export async function enterpriseProjects(signal) {
  const {enterprise_projects: all} = await call('GET', ENTERPRISE, {signal});
  return all.map((project) => ({...project, enabled: project.status === 1}));
}

/**
 * @param {string} id empty: a new one
 * @param {{name: string, description: string}} fields
 */
export function saveEnterpriseProject(id, fields) {
  return id ? call('PUT', `${ENTERPRISE}/${id}`, {json: fields}) : call('POST', ENTERPRISE, {json: fields});
}

export async function enableEnterpriseProject(id, enabled) {
  await call('POST', `${ENTERPRISE}/${id}/action`, {json: {action: enabled ? 'enable' : 'disable'}});
}

/**
 * Roles and custom policies that can be granted, by the names that people know them by.
 *
 * @returns {Promise<Entry[]>}
 */
export async function roles(signal) {
  const shipped = (await call('GET', `${KEYSTONE}/roles`, {signal})).roles;
  const custom = (await call('GET', '/v3.0/OS-ROLE/roles', {query: {page: '1', per_page: '300'}, signal})).roles;
  const named = custom.map((role) => ({id: role.id, name: role.display_name}));
  return [...new Map([...shipped, ...named].map((role) => [role.id, role])).values()];
}

/** Roles that only an administrator of the cloud gives and takes. */
export const OF_THE_CLOUD = ['admin', 'service'];

/**
 * Where a grant counts, and to whom it is given.
 *
 * @typedef {'project' | 'all_projects' | 'domain' | 'enterprise_project'} Place
 * @typedef {'user' | 'group'} Principal
 * @typedef {{principal: Principal, who: string, role: string, place: Place, where: string}} Grant
 */

/** @type {Place[]} */
export const PLACES = ['project', 'all_projects', 'domain', 'enterprise_project'];

/** @type {Principal[]} */
export const PRINCIPALS = ['user', 'group'];

/**
 * The operation that makes or ends a grant.
 *
 * @param {'GRANT' | 'REVOKE'} verb
 * @param {Principal} principal
 * @param {Place} place
 */
export function operation(verb, principal, place) {
  return `${verb}_ROLE_${verb === 'GRANT' ? 'TO' : 'FROM'}_${principal}_ON_${place}`.toUpperCase();
}

/**
 * All grants in the domain.
 *
 * @returns {Promise<(Grant & {id: string})[]>}
 */
export async function grants(signal) {
  const all = [];
  for (let page = 1; ; page++) {
    const query = {domain_id: domain(), page: String(page), per_page: String(GRANTS_A_PAGE)};
    const {role_assignments: found, total_num: total} = await call('GET', `${PERMISSION}/role-assignments`, {query, signal});
    all.push(...found.map(grantOf));
    if (!found.length || all.length >= total) {
      return all;
    }
  }
}

function grantOf({user, group, role, scope, is_inherited: inherited}) {
  const place = scope.project ? 'project' : scope.enterprise_project ? 'enterprise_project' : inherited ? 'all_projects' : 'domain';
  const where = (scope.project || scope.enterprise_project || scope.domain).id;
  const grant = {principal: user ? 'user' : 'group', who: (user || group).id, role: role.id, place, where};
  return {...grant, id: Object.values(grant).join(' ')};
}

/** @param {Grant} grant */
function pathOf({principal, who, role, place, where}) {
  switch (place) {
    case 'project': return `${KEYSTONE}/projects/${where}/${principal}s/${who}/roles/${role}`;
    case 'domain': return `${KEYSTONE}/domains/${where}/${principal}s/${who}/roles/${role}`;
    case 'all_projects': return `${KEYSTONE}/OS-INHERIT/domains/${where}/${principal}s/${who}/roles/${role}/inherited_to_projects`;
    default: return `${PERMISSION}/enterprise-projects/${where}/${principal}s/${who}/roles/${role}`;
  }
}

/** @param {Grant} grant */
export function give(grant) {
  return call('PUT', pathOf(grant));
}

/** @param {Grant} grant */
export function revoke(grant) {
  return call('DELETE', pathOf(grant));
}

/** The whole domain as a place. */
export function wholeDomain() {
  return session().project.domain;
}
