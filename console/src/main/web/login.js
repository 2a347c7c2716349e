/** In and out: logging in, going on when a session ends, another project, logging out. */
import {html, nothing} from 'lit';
import {hasRoleOn} from './api/explain.js';
import * as identity from './api/identity.js';
import {confirm, dialog, field} from './parts/dialog.js';
import {problem} from './parts/problem.js';
import {failure, flush, toast} from './parts/toast.js';
import {forgetNames} from './names.js';
import {scopeOf, session, sessions} from './session.js';
import {t} from './text/index.js';
import {uploads} from './uploads.js';

/** @typedef {{projects: identity.Project[], domains: import('./session.js').Named[]}} Places where a user has a role */

/**
 * Keystone lists the user's own account also if the user has no role there, and so can do nothing in it.
 *
 * @param {string} token
 * @param {import('./session.js').InDomain} user
 * @returns {Promise<Places>}
 */
async function placesOf(token, user) {
  const own = user.domain.id;
  const [projects, domains, isInOwn] = await Promise.all([identity.ownProjects(token), identity.ownDomains(token), hasRoleOn(own, token)]);
  return {projects, domains: domains.filter(({id}) => id !== own || isInOwn)};
}

/**
 * The projects first.
 *
 * @param {Places} places
 * @returns {identity.Scope[]}
 */
function scopesOf({projects, domains}) {
  return [...projects.map(({id}) => ({project: {id}})), ...domains.map(({id}) => ({domain: {id}}))];
}

/**
 * Logs a user in, to the only project or to the one that it chooses; without a project, to an account.
 *
 * @param {{name: string, domain: {name: string}, password: string}} user
 * @returns {Promise<'in' | 'nowhere' | 'left'>} nowhere: the user has no role
 */
export async function enter(user) {
  const person = await identity.logIn(user);
  try {
    const places = await placesOf(person.token, person.user);
    const scopes = scopesOf(places);
    if (!scopes.length) {
      return 'nowhere';
    }
    const isClear = places.projects.length === 1 || scopes.length === 1;
    const chosen = isClear ? scopes[0] : await choosePlace(places);
    if (!chosen) {
      return 'left';
    }
    sessions.begin(await identity.changeTo(person.token, chosen));
    return 'in';
  } finally {
    identity.revoke(person.token).catch(() => {});
  }
}

/**
 * One of these places.
 *
 * @param {Places} places
 * @returns {Promise<identity.Scope | null>}
 */
function choosePlace({projects, domains}) {
  return dialog(domains.length ? t('login.where') : t('login.which'), (close) => html`
    <div class="choices">
      ${projects.map((project) => html`
        <button @click=${() => close({project: {id: project.id}})}><b>${project.name}</b><span class="mono">${project.id}</span></button>`)}
      ${domains.map((domain) => html`
        <button @click=${() => close({domain: {id: domain.id}})}><b>${t('login.account', {name: domain.name})}</b><small>${t('login.accountHint')}</small></button>`)}
    </div>
    <div class="actions"><button @click=${() => close(null)}>${t('cancel')}</button></div>`);
}

/** Goes to another project of the user, or to an account. */
export async function changeTo() {
  try {
    const {token, user} = session();
    const places = await placesOf(token, user);
    const isHere = (place) => JSON.stringify(place) === JSON.stringify(scopeOf(session()));
    if (scopesOf(places).every(isHere)) {
      toast(t('account.noOther'));
      return;
    }
    const chosen = await choosePlace(places);
    if (chosen && !isHere(chosen)) {
      const next = await identity.changeTo(token, chosen);
      const goes = await endWork();
      if (goes) {
        sessions.begin(next);
      }
      identity.revoke(goes ? token : next.token).catch(() => {});
    }
  } catch (error) {
    failure(error);
  }
}

/**
 * Ends what began in the session: uploads, and what was to be done later. False: the user would rather go on with the
 * uploads, or the session has ended meanwhile.
 */
async function endWork() {
  if (uploads.running) {
    if (!await confirm({title: t('upload.leaveTitle'), text: html`<p>${t('upload.leaveText')}</p>`, action: t('upload.leave'), danger: true})) {
      return false;
    }
    await uploads.cancelAll();
  }
  await flush();
  return sessions.current !== null;
}

/** Logs out; the token ends on the server, too. */
export async function leave() {
  if (sessions.ending !== 'ended' && !await endWork()) {
    return;
  }
  const {token} = session();
  sessions.end();
  forgetNames();
  // Without a session, it fails, and the user is told; later it would be done with the next one.
  flush();
  // One that has expired is no longer to be ended.
  await identity.revoke(token).catch((error) => error.status === 401 || failure(error));
}

let asking = false;

/** Asks for the password again. What is on the page stays, and requests that wait go on. */
export async function askAgain() {
  if (asking) {
    return;
  }
  asking = true;
  const {token, user} = session();
  const scope = scopeOf(session());
  let error = null;
  let busy = false;
  const hasEnded = () => sessions.ending === 'ended';
  const done = await dialog(t('session.again'), (close, update) => {
    const submit = async (event) => {
      event.preventDefault();
      const password = event.target.elements.password.value;
      busy = true;
      update();
      try {
        sessions.begin(await identity.logIn({name: user.name, domain: {id: user.domain.id}, password}, scope));
        identity.revoke(token).catch(() => {});
        close(true);
      } catch (failed) {
        error = failed;
        busy = false;
        update();
      }
    };
    return html`
      <p>${hasEnded() ? t('session.keptEnded') : t('session.kept')}</p>
      <form @submit=${submit}>
        ${field(t('login.passwordOf', {user: user.name}),
            html`<input name="password" type="password" autocomplete="current-password" required autofocus>`)}
        ${error ? problem(error) : nothing}
        <div class="actions">
          <button type="button" @click=${() => close(false)}>${t('logout')}</button>
          ${hasEnded() ? nothing : html`<button type="button" @click=${() => close(null)}>${t('cancel')}</button>`}
          <button class="primary" ?disabled=${busy}>${t('session.goOn')}</button>
        </div>
      </form>`;
  }, {persistent: hasEnded});
  asking = false;
  if (done === false) {
    leave();
  }
}
