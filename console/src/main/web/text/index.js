/** The words of the console, in the reader's language. */
import {en} from './en.js';
import {zh} from './zh.js';

const KEY = 'vitrine.language';
const TEXTS = {en, zh};

/** @typedef {keyof typeof TEXTS} Language */
/** @typedef {keyof typeof en} Key */

/** @returns {Language} */
function initial() {
  const kept = localStorage.getItem(KEY) || '';
  if (kept in TEXTS) {
    return /** @type {Language} */ (kept);
  }
  return navigator.languages.some((tag) => tag.toLowerCase().startsWith('zh')) ? 'zh' : 'en';
}

let current = initial();
let locale = '';
let plurals = new Intl.PluralRules('en');
const listeners = new EventTarget();
use(current);

function use(language) {
  current = language;
  const prefix = language === 'zh' ? 'zh' : 'en';
  locale = navigator.languages.find((tag) => tag.toLowerCase().startsWith(prefix)) || (language === 'zh' ? 'zh-CN' : 'en');
  plurals = new Intl.PluralRules(locale);
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
}

export function language() {
  return current;
}

/** For dates, numbers and sizes. */
export function readersLocale() {
  return locale;
}

/** @param {Language} language */
export function chooseLanguage(language) {
  localStorage.setItem(KEY, language);
  use(language);
  listeners.dispatchEvent(new Event('change'));
}

/** @param {() => void} listener */
export function onLanguage(listener) {
  listeners.addEventListener('change', listener);
  return () => listeners.removeEventListener('change', listener);
}

/**
 * A text: `{name}` stands for a value. One that differs by a number is a pair, and `n` chooses.
 *
 * @param {Key} key
 * @param {Record<string, string | number>} [values]
 */
export function t(key, values = {}) {
  const text = TEXTS[current][key];
  if (text === undefined) {
    throw new Error(`no text ${key}`);
  }
  const chosen = Array.isArray(text) ? text[plurals.select(Number(values.n)) === 'one' ? 0 : 1] : text;
  return chosen.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name];
    return value === undefined ? whole : typeof value === 'number' ? new Intl.NumberFormat(locale).format(value) : value;
  });
}

/** The text of a word of the API, such as the status `active`; the word itself, made readable, if it has none. */
export function word(group, value) {
  const key = /** @type {Key} */ (`${group}.${value}`);
  return TEXTS[current][key] === undefined ? readable(String(value)) : t(key);
}

/** `REVOKE_TOKEN` as "Revoke token"; anything else as it is. */
function readable(word) {
  return /^[A-Z]+(_[A-Z]+)*$/.test(word) ? word[0] + word.slice(1).toLowerCase().replaceAll('_', ' ') : word;
}
