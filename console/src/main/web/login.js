/** In and out: logging in, going on when a session ends, another project, logging out. */
import {html} from 'lit';
import * as identity from './api/identity.js';
import {confirm, dialog, field} from './parts/dialog.js';
import {problem} from './parts/problem.js';
import {failure, flush} from './parts/toast.js';
import {session, sessions} from './session.js';
import {t} from './text/index.js';
import {uploads} from './uploads.js';

/**
 * Logs a user in, to the only project or to the one that it chooses.
 *
 * @param {{name: string, domain: {name: string}, password: string}} user
 * @param {(projects: identity.Project[]) => Promise<string | null>} choose the id of one of several
 * @returns {Promise<'in' | 'nowhere' | 'left'>} nowhere: the user has no project
 */
export async function enter(user, choose) {
  const person = await identity.logIn(user);
  try {
    const projects = await identity.ownProjects(person.token);
    if (!projects.length) {
      return 'nowhere';
    }
    const chosen = projects.length === 1 ? projects[0].id : await choose(projects);
    if (!chosen) {
      return 'left';
    }
    sessions.begin(await identity.changeProject(person.token, chosen));
    return 'in';
  } finally {
    identity.revoke(person.token).catch(() => {});
  }
}

/** The id of one of these projects. */
export function chooseProject(projects) {
  return dialog(t('login.which'), (close) => html`
    <div class="choices">
      ${projects.map((project) => html`
        <button @click=${() => close(project.id)}><b>${project.name}</b><span class="mono">${project.id}</span></button>`)}
    </div>
    <div class="actions"><button @click=${() => close(null)}>${t('cancel')}</button></div>`);
}

/** Goes to another project of the user. */
export async function changeTo() {
  try {
    const {token, project} = session();
    const projects = await identity.ownProjects(token);
    const chosen = await chooseProject(projects);
    if (chosen && chosen !== project.id) {
      const next = await identity.changeProject(token, chosen);
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
  // Without a session, it fails, and the user is told; later it would be done with the next one.
  flush();
  await identity.revoke(token).catch(failure);
}

let asking = false;

/** Asks for the password again. What is on the page stays, and requests that wait go on. */
export async function askAgain() {
  if (asking) {
    return;
  }
  asking = true;
  const {token, user, project} = session();
  let error = null;
  let busy = false;
  const done = await dialog(t('session.again'), (close, update) => {
    const submit = async (event) => {
      event.preventDefault();
      const password = event.target.elements.password.value;
      busy = true;
      update();
      try {
        sessions.begin(await identity.logIn({name: user.name, domain: {id: user.domain.id}, password}, project.id));
        identity.revoke(token).catch(() => {});
        close(true);
      } catch (failed) {
        error = failed;
        busy = false;
        update();
      }
    };
    return html`
      <p>${t('session.kept')}</p>
      <form @submit=${submit}>
        ${field(t('login.passwordOf', {user: user.name}),
            html`<input name="password" type="password" autocomplete="current-password" required autofocus>`)}
        ${error ? problem(error) : ''}
        <div class="actions">
          <button type="button" @click=${() => close(false)}>${t('logout')}</button>
          <button class="primary" ?disabled=${busy}>${t('session.goOn')}</button>
        </div>
      </form>`;
  }, {persistent: sessions.ending === 'ended'});
  asking = false;
  if (done === false) {
    leave();
  }
}
