/**
 * Where the reader is: `#/images/ID?search=x` is the view `images`, its `ID`, and a query. All that a view shows
 * follows from the address, so that it can be bookmarked, sent, and gone back to.
 */

/** @typedef {{view: string, id: string, query: Record<string, string>}} Route */

/** @returns {Route} */
export function route() {
  const [path, query] = location.hash.replace(/^#\/?/, '').split('?', 2);
  const [view, id] = path.split('/');
  return {
    view: view || 'start',
    id: decoded(id || ''),
    query: Object.fromEntries(new URLSearchParams(query || '')),
  };
}

/** What nobody has encoded, such as `%`, is as it stands there. */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * An address within the console; empty values of the query are left out.
 *
 * @param {string} path such as `images/ID`
 * @param {Record<string, string | undefined>} [query]
 */
export function link(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value);
  const text = new URLSearchParams(/** @type {string[][]} */ (given)).toString();
  return `#/${path}${text ? `?${text}` : ''}`;
}

/** Goes there as a new step of the history. */
export function go(path, query) {
  location.hash = link(path, query);
}

/** Changes the query of the present address without a step of the history: for what is typed. */
export function replaceQuery(changes) {
  const {view, id, query} = route();
  replace(id ? `${view}/${encodeURIComponent(id)}` : view, {...query, ...changes});
}

/** Goes there without a step of the history: for what is nowhere any more. */
export function replace(path, query = {}) {
  history.replaceState(null, '', link(path, query));
  dispatchEvent(new HashChangeEvent('hashchange'));
}
