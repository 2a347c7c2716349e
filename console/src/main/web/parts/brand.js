/** The sign: a case of glass, seen from a corner. */
import {svg} from 'lit';

export const brand = svg`
  <svg class="brand" viewBox="0 0 24 24" aria-hidden="true">
    <path class="glass" d="M4 7.5 12 3l8 4.5v9L12 21l-8-4.5z"></path>
    <path d="M4 7.5 12 3l8 4.5v9L12 21l-8-4.5z M4 7.5l8 4.5 8-4.5 M12 12v9"></path>
  </svg>`;
