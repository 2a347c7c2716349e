/** Amounts of bytes. */
import {readersLocale} from '../text/index.js';

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** @param {number | null | undefined} bytes null: unknown */
export function size(bytes) {
  if (bytes === null || bytes === undefined) {
    return '–';
  }
  const step = bytes < 1024 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** step;
  const digits = step === 0 || value >= 100 ? 0 : 1;
  return `${new Intl.NumberFormat(readersLocale(), {maximumFractionDigits: digits}).format(value)} ${UNITS[step]}`;
}
