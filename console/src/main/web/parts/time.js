/** Moments, in the reader's zone: how long ago, and exactly on demand. */
import {html} from 'lit';
import {readersLocale} from '../text/index.js';

const STEPS = /** @type {const} */ ([
  ['second', 60], ['minute', 60], ['hour', 24], ['day', 30], ['month', 12], ['year', Infinity],
]);

/** Since when, such as `5 minutes ago`. */
export function ago(text) {
  const date = new Date(text);
  let value = (date.getTime() - Date.now()) / 1000;
  const format = new Intl.RelativeTimeFormat(readersLocale(), {numeric: 'auto'});
  for (const [unit, size] of STEPS) {
    if (Math.abs(value) < size) {
      return format.format(Math.round(value), unit);
    }
    value /= size;
  }
  return date.toISOString();
}

export function exactly(text) {
  return new Intl.DateTimeFormat(readersLocale(), {dateStyle: 'medium', timeStyle: 'medium'}).format(new Date(text));
}

/** Minutes of a day, such as `14:05`. */
export function clock(text) {
  return new Intl.DateTimeFormat(readersLocale(), {timeStyle: 'short'}).format(new Date(text));
}

export function time(text) {
  return text ? html`<time datetime=${text} title=${exactly(text)}>${ago(text)}</time>` : '–';
}

/** The value of a field for a date and time: in the reader's zone, to the minute. */
export function fieldOf(text) {
  const date = new Date(text);
  return isNaN(date.getTime()) ? '' : new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** Seconds as `1:05`. */
export function duration(seconds) {
  const whole = Math.max(0, Math.ceil(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const shown = parts[0] ? parts : parts.slice(1);
  return shown.map((part, i) => (i ? String(part).padStart(2, '0') : String(part))).join(':');
}
