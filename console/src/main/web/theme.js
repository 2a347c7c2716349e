/** Light or dark: as the system says, unless the reader chose. */

const KEY = 'vitrine.theme';

/** @typedef {'auto' | 'light' | 'dark'} Theme */

/** @returns {Theme} */
export function theme() {
  const kept = localStorage.getItem(KEY);
  return kept === 'light' || kept === 'dark' ? kept : 'auto';
}

/** @param {Theme} choice */
export function chooseTheme(choice) {
  localStorage.setItem(KEY, choice);
  restoreTheme();
}

export function restoreTheme() {
  document.documentElement.dataset.theme = theme();
}
