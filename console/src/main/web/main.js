/** The console: an ordinary client of Vitrine's public APIs, in the browser. */
import './app.js';
import {restoreTheme} from './theme.js';

restoreTheme();
