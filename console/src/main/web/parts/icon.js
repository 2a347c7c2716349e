/** Line icons on a grid of 20. They say nothing to a screen reader: a text stands beside each. */
import {svg} from 'lit';

const PATHS = {
  start: 'M3 9.5 10 4l7 5.5V16H3z M8 16v-4h4v4',
  images: 'M3 7l7-3.5L17 7v6.5L10 17l-7-3.5z M3 7l7 3.5L17 7 M10 10.5V17',
  inbox: 'M3 11l2.5-7h9L17 11v5H3z M3 11h4l1 2h4l1-2h4',
  jobs: 'M4 5h12 M4 10h12 M4 15h7 M14 15l1.3 1.3L18 13.5',
  history: 'M3.5 10a6.5 6.5 0 1 0 2-4.7L3.5 7 M3.5 3.5V7H7 M10 6.5V10l2.5 2',
  webhooks: 'M17 3.5 3 9l5.5 2.5L11 17z M17 3.5 8.5 11.5',
  access: 'M10 3l6 2.5v4c0 3.5-2.5 6-6 7.5-3.5-1.5-6-4-6-7.5v-4z M7.5 10l2 2 3.5-4',
  why: 'M7.5 7.5a2.5 2.5 0 1 1 3.7 2.2c-.8.5-1.2 1-1.2 2 M10 14.7v.1 M10 17.5a7.5 7.5 0 1 1 0-15 7.5 7.5 0 0 1 0 15z',
  share: 'M10 12V3.5 M6.5 6.5 10 3l3.5 3.5 M4 10v6.5h12V10',
  upload: 'M10 13V4.5 M6.5 8 10 4.5 13.5 8 M3.5 13v3.5h13V13',
  search: 'M9 15A6 6 0 1 1 9 3a6 6 0 0 1 0 12z M13.5 13.5 17 17',
  copy: 'M7 7V3.5h9.5V13H13 M3.5 7H13v9.5H3.5z',
  check: 'M4 10.5 8 14.5 16 6',
  close: 'M5 5l10 10 M15 5 5 15',
  warning: 'M10 3.5 17.5 16.5h-15z M10 8.5v3.5 M10 14.3v.1',
  more: 'M5 10h.1 M10 10h.1 M15 10h.1',
  up: 'M6 12l4-4 4 4',
  down: 'M6 8l4 4 4-4',
  back: 'M12 5l-5 5 5 5',
  user: 'M10 10a3 3 0 1 0 0-6 3 3 0 0 0 0 6z M4 16.5c.5-3 3-4.5 6-4.5s5.5 1.5 6 4.5',
};

/** @param {keyof typeof PATHS} name */
export function icon(name) {
  return svg`<svg class="icon" viewBox="0 0 20 20" aria-hidden="true"><path d=${PATHS[name]}></path></svg>`;
}
