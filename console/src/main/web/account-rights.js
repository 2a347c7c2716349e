/** What a session of a whole account offers, for its navigation and its home alike. */
import {allowed} from './api/explain.js';
import {session} from './session.js';

/** Tabs of the access view, and the operation that fills each. */
export const OF_ACCESS = {
  users: 'LIST_USERS', groups: 'LIST_GROUPS', projects: 'LIST_PROJECTS', grants: 'LIST_GRANTS', policies: 'LIST_CUSTOM_POLICIES',
};

/** Who may do one of these reads a part of the history; the readers of the server's `AccessEvent.Kind`. */
const OF_HISTORY = [
  'LIST_ROLE_ASSIGNMENTS', 'LIST_CUSTOM_POLICIES', 'LIST_ROLES', 'LIST_GROUPS', 'LIST_USERS_IN_GROUP', 'LIST_USERS', 'LIST_PROJECTS',
  'SHOW_DOMAIN', 'LIST_ENTERPRISE_PROJECTS', 'LIST_ACCESS_KEYS', 'LIST_APPLICATION_CREDENTIALS',
];

export const WEBHOOKS = 'LIST_WEBHOOKS';

const ALL = [...new Set([...Object.values(OF_ACCESS), ...OF_HISTORY, WEBHOOKS])];

class AccountRights extends EventTarget {
  constructor() {
    super();
    /** Whose they are. */
    this.of = '';
    /** @type {Record<string, boolean>} by operation; none: not known yet */
    this.known = {};
    /** @type {Promise<Record<string, boolean>> | null} */
    this.reading = null;
  }

  /** Reads those of the present session, of an account. */
  look() {
    const {user, project} = session();
    const of = `${user.id} ${project.domain.id}`;
    if (of !== this.of) {
      this.of = of;
      this.known = {};
      this.reading = null;
    }
    this.reading ??= this.read(of);
    return this.reading;
  }

  async read(of) {
    try {
      const rights = await allowed(ALL, undefined);
      if (this.of === of) {
        this.known = rights;
        this.dispatchEvent(new Event('change'));
      }
      return rights;
    } finally {
      if (this.of === of) {
        this.reading = null;
      }
    }
  }

  /** Whether there is something for the user in a view, by its name in the address. */
  offers(view) {
    switch (view) {
      case 'history': return OF_HISTORY.some((operation) => this.known[operation]);
      case 'webhooks': return this.known[WEBHOOKS] === true;
      default: return true;
    }
  }
}

export const accountRights = new AccountRights();
