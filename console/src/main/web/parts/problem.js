/** A refusal or failure, in words, with what to do next. */
import {html, nothing} from 'lit';
import {ApiError} from '../api/http.js';
import {link} from '../route.js';
import {t, word} from '../text/index.js';
import {icon} from './icon.js';

/** What went wrong, in the reader's words; {@link ownWords} stay beside it. */
export function sentence(error) {
  if (!(error instanceof ApiError)) {
    return t('problem.broken');
  }
  if (error.words) {
    return error.words;
  }
  if (error.code.startsWith('IMG.')) {
    const text = word('img', error.code);
    if (text !== error.code) {
      return text;
    }
  }
  if (error.message === 'akSkNumExceed') {
    return t('keys.tooMany');
  }
  switch (error.status) {
    case 0: return t('problem.network');
    case 401: return t('problem.login');
    case 403: return t('problem.forbidden');
    case 404: return t('problem.absent');
    case 409: return t('problem.conflict');
    case 413: return t('problem.tooMuch');
    case 415: return t('problem.format');
    case 429: return t('problem.busy');
    case 502:
    case 503:
    case 504: return t('problem.outage');
    default: return error.status >= 500 ? t('problem.server') : t('problem.refused');
  }
}

/** The server's own words, in English; empty where it has no more to say. */
export function ownWords(error) {
  return error instanceof ApiError && error.status && error.status !== 401 ? error.message : '';
}

/**
 * In place of what the caller may not do.
 *
 * @param {string} title
 * @param {string} operation that is refused
 */
export function mayNot(title, operation) {
  return html`
    <div class="empty"><p class="title">${title}</p><p>${t('problem.mayNot')}</p>
      <a class="button" href=${link('why', {operation})}>${t('why.link')}</a></div>`;
}

/** Why? leads to the explanation of a 403. */
export function why(error) {
  return error instanceof ApiError && error.explanation
      ? html`<a href=${link('why', {refusal: error.explanation})}>${t('why.link')}</a>`
      : nothing;
}

/**
 * @param {unknown} error
 * @param {(() => void) | null} again
 * @param {unknown} further what leads on from it
 */
export function problem(error, again = null, further = why(error)) {
  const own = ownWords(error);
  const failed = error instanceof ApiError && error.status >= 500;
  return html`
    <div class="problem" role="alert">
      ${icon('warning')}
      <div>
        <p class="title">${sentence(error)}</p>
        ${own ? html`<p class="own" lang="en">${own}</p>` : nothing}
        ${failed ? html`<p class="own">${t('problem.request', {id: error.requestId})}</p>` : nothing}
        <p class="actions">
          ${further}
          ${again ? html`<button class="quiet" @click=${again}>${t('again')}</button>` : nothing}
        </p>
      </div>
    </div>`;
}
