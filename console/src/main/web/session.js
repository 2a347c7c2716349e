/**
 * Who is logged in. The token lives in this tab only and goes when the tab does: two tabs can be two tenants.
 */

const KEY = 'vitrine.session';

/** Seconds before its end that a session says so. */
const WARNING = 300;

/**
 * @typedef {{id: string, name: string}} Named
 * @typedef {{id: string, name: string, domain: Named}} InDomain
 *
 * The project has no id (empty) in a session of a whole account: its users, grants and webhooks, but no images.
 *
 * @typedef {{token: string, expires: string, user: InDomain, project: InDomain}} Session
 */

class Sessions extends EventTarget {
  constructor() {
    super();
    /** @type {Session | null} */
    this.current = JSON.parse(sessionStorage.getItem(KEY) || 'null');
    /** Whether it ends soon: `''`, `'soon'` or `'ended'`. */
    this.ending = '';
    /** @type {Array<{resolve: () => void, reject: (error: Error) => void}>} */
    this.waiting = [];
    this.watch();
  }

  /** @param {Session} session */
  begin(session) {
    sessionStorage.setItem(KEY, JSON.stringify(session));
    this.current = session;
    this.ending = '';
    this.waiting.splice(0).forEach(({resolve}) => resolve());
    this.changed();
    this.watch();
  }

  end() {
    sessionStorage.removeItem(KEY);
    this.current = null;
    this.ending = '';
    this.waiting.splice(0).forEach(({reject}) => reject(new DOMException('logged out', 'AbortError')));
    this.changed();
  }

  /** The server no longer takes the token: resolves when the user has logged in again, and work goes on. */
  renewed() {
    this.ending = 'ended';
    this.changed();
    /** @type {Promise<void>} */
    const renewed = new Promise((resolve, reject) => this.waiting.push({resolve, reject}));
    return renewed;
  }

  /** Looks when it ends, now and then: a timer of hours does not survive a laptop's sleep. */
  watch() {
    clearTimeout(this.timer);
    if (!this.current || this.ending === 'ended') {
      return;
    }
    const left = (Date.parse(this.current.expires) - Date.now()) / 1000;
    const ending = left <= 0 ? 'ended' : left <= WARNING ? 'soon' : '';
    if (ending !== this.ending) {
      this.ending = ending;
      this.changed();
    }
    this.timer = setTimeout(() => this.watch(), Math.min(30, Math.max(1, left)) * 1000);
  }

  changed() {
    this.dispatchEvent(new Event('change'));
  }
}

export const sessions = new Sessions();

/**
 * Where somebody works, the account first: projects of several accounts may have the name of the region, by which SDKs
 * look for them.
 *
 * @param {Session} session
 */
export function placeOf({project}) {
  return project.id ? `${project.domain.name} / ${project.name}` : project.domain.name;
}

/**
 * Where a session counts, for a new token of the same place.
 *
 * @param {Session} session
 */
export function scopeOf({project}) {
  return project.id ? {project: {id: project.id}} : {domain: {id: project.domain.id}};
}

/** Whether the session is one of a whole account, not of a project. */
export function isOfAccount() {
  return !session().project.id;
}

/** The session of a view that is shown only in one. */
export function session() {
  return /** @type {Session} */ (sessions.current);
}
