/** The moment at which access is looked at. It stands in the address as `as_of`; none: now. */
import {html, nothing} from 'lit';
import {live} from 'lit/directives/live.js';
import {replaceQuery} from '../route.js';
import {t} from '../text/index.js';
import {fieldOf} from './time.js';

/** @param {string} asOf empty: now */
export function asOfField(asOf) {
  return html`
    <label class="of-time"><span>${t('access.asOf')}</span>
      <input type="datetime-local" name="as_of" .value=${live(fieldOf(asOf))} max=${fieldOf(Date.now())}
        @change=${(event) => replaceQuery({as_of: event.target.value && new Date(event.target.value).toISOString()})}></label>
    ${asOf ? html`<button @click=${() => replaceQuery({as_of: ''})}>${t('access.now')}</button>` : nothing}`;
}
