/** What the list of webhooks and the view of one share: states, reasons, the form, and the secret. */
import {html, nothing} from 'lit';
import {KINDS} from '../api/webhooks.js';
import {session} from '../session.js';
import {t, word} from '../text/index.js';
import {copyable} from './copy.js';
import {dialog, field} from './dialog.js';
import {problem} from './problem.js';

/**
 * How a webhook is.
 *
 * @param {import('../api/webhooks.js').Webhook} webhook with its summary
 * @returns {'disabled' | 'failing' | 'working' | 'unused'}
 */
export function stateOf({enabled, deliveries}) {
  if (!enabled) {
    return 'disabled';
  }
  const {last_delivered_at: delivered = null, last_failed_at: failed = null} = deliveries || {};
  if (failed && (!delivered || Date.parse(failed) > Date.parse(delivered))) {
    return 'failing';
  }
  return delivered ? 'working' : 'unused';
}

/**
 * Why an attempt failed, in the reader's words.
 *
 * @param {string | null} error in the server's words, for a code that has none here
 * @param {string | null | undefined} code
 * @param {number | null | undefined} status that the receiver answered
 */
export function reason(error, code, status) {
  switch (code) {
    case 'status': return status === 410 ? t('webhook.gone') : t('failure.status', {status: String(status)});
    case 'redirect': return t('failure.redirect', {status: String(status)});
    default: {
      const text = word('failure', code);
      return text === String(code) ? error || '' : text;
    }
  }
}

/**
 * The domain in which webhooks of `account` are managed; undefined: the session's place.
 *
 * @param {string} of as the address has it
 */
export function domainOf(of) {
  return of === 'account' ? session().project.domain.id : undefined;
}

/** Which events, in a few words. */
export function kindsOf({kinds}) {
  return kinds.length === KINDS.length ? t('webhook.allKinds') : t('webhook.someKinds', {n: kinds.length, all: KINDS.length});
}

/**
 * Asks what a webhook is to be; resolves to what the server made of it, null if the user left.
 *
 * @template T
 * @param {string} title
 * @param {string} action
 * @param {import('../api/webhooks.js').Webhook | null} before null: a new one
 * @param {(fields: import('../api/webhooks.js').Change) => Promise<T>} send only what differs
 * @returns {Promise<T | null>}
 */
export function form(title, action, before, send) {
  let all = !before || before.kinds.length === KINDS.length;
  let error = null;
  let busy = false;
  return dialog(title, (close, update) => {
    const submit = async (event) => {
      event.preventDefault();
      const {url, about, kind} = event.target.elements;
      const chosen = [...kind].filter((box) => box.checked).map((box) => box.value);
      const fields = {url: url.value.trim(), description: about.value.trim(), kinds: all ? null : chosen};
      busy = true;
      update();
      try {
        close(await send(before ? changes(before, fields) : fields));
      } catch (failed) {
        error = failed;
        busy = false;
        update();
        document.querySelector('dialog .problem')?.scrollIntoView({block: 'nearest'});
      }
    };
    const choose = (event) => {
      all = event.target.checked;
      update();
    };
    return html`
      <form @submit=${submit}>
        ${field(t('webhook.url'), html`<input type="url" name="url" required maxlength="2048" spellcheck="false" autocomplete="off" autofocus
          placeholder=${t('webhook.urlExample')} .value=${before?.url || ''}>`, t('webhook.urlHint'))}
        ${field(t('webhook.about'), html`<input name="about" maxlength="255" .value=${before?.description || ''}>`, t('webhook.aboutHint'))}
        <fieldset class="kinds">
          <legend>${t('webhook.kinds')}</legend>
          <label class="tick"><input type="checkbox" name="all" ?checked=${all} @change=${choose}><span>${t('webhook.allKindsHint')}</span></label>
          ${KINDS.map((one) => html`
            <label class="tick"><input type="checkbox" name="kind" value=${one} ?disabled=${all} ?checked=${!before || before.kinds.includes(one)}>
              <span>${word('webhookKind', one)}</span></label>`)}
        </fieldset>
        ${error ? problem(error) : nothing}
        <div class="actions"><button type="button" @click=${() => close(null)}>${t('cancel')}</button>
          <button class="primary" ?disabled=${busy}>${action}</button></div>
      </form>`;
  });
}

/** What of the fields is new. */
function changes(before, {url, description, kinds}) {
  const chosen = kinds || KINDS;
  const isSame = chosen.length === before.kinds.length && chosen.every((kind) => before.kinds.includes(kind));
  return {
    ...(url === before.url ? {} : {url}),
    ...(description === before.description ? {} : {description}),
    ...(isSame ? {} : {kinds}),
  };
}

/** The secret is nowhere else. */
export function showSecret(title, webhook, hint) {
  return dialog(title, (close) => html`
    <div class="words">
      <p>${t('webhook.once')}</p>
      ${hint ? html`<p>${hint}</p>` : nothing}
    </div>
    <dl class="facts">
      <div><dt>${t('webhook.secret')}</dt><dd>${copyable(webhook.secret || '', t('webhook.secret'), {short: false})}</dd></div>
    </dl>
    <div class="actions"><button class="primary" autofocus @click=${() => close(true)}>${t('keys.kept')}</button></div>`, {persistent: () => true});
}
