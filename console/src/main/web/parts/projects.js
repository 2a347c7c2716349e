/** A field for projects: found by name where names are known, by id otherwise. Many ids can be pasted at once. */
import {html, nothing} from 'lit';
import {live} from 'lit/directives/live.js';
import {session} from '../session.js';
import {t} from '../text/index.js';
import {icon} from './icon.js';
import {Part} from './view.js';

/** Suggestions at a time. */
const MOST = 8;

/** What the id of a project or a user looks like here. */
export const ID = /^[0-9a-f]{32}$/;

class Projects extends Part {
  static properties = {
    chosen: {attribute: false}, known: {attribute: false}, bad: {attribute: false}, names: {attribute: false},
    checking: {attribute: false}, text: {state: true}, at: {state: true}, isOpen: {state: true},
  };

  constructor() {
    super();
    /** @type {string[]} ids */
    this.chosen = [];
    /** @type {import('../api/identity.js').Project[]} */
    this.known = [];
    /** @type {Record<string, string>} what is wrong with a chosen one, by id */
    this.bad = {};
    /** @type {Record<string, string>} */
    this.names = {};
    this.checking = false;
    this.text = '';
    this.at = 0;
    this.isOpen = false;
  }

  get found() {
    const text = this.text.trim().toLowerCase();
    return this.known
        .filter((project) => !this.chosen.includes(project.id))
        .filter((project) => project.name.toLowerCase().includes(text) || project.id.startsWith(text))
        .slice(0, MOST);
  }

  /** What is typed, checked as it stands. */
  get complaint() {
    const text = this.text.trim();
    if (!text || this.found.length) {
      return '';
    }
    if (text === session().project.id) {
      return t('projects.own');
    }
    if (this.chosen.includes(text)) {
      return t('projects.twice');
    }
    return ID.test(text) ? '' : this.known.length ? t('projects.noSuch') : t('projects.notAnId', {n: text.length});
  }

  choose(ids) {
    const own = session().project.id;
    const next = [...new Set([...this.chosen, ...ids])].filter((id) => id !== own);
    this.text = '';
    this.isOpen = false;
    this.at = 0;
    this.dispatchEvent(new CustomEvent('projects', {detail: next}));
  }

  without(id) {
    this.dispatchEvent(new CustomEvent('projects', {detail: this.chosen.filter((one) => one !== id)}));
    this.querySelector('input')?.focus();
  }

  typed(event) {
    this.text = event.target.value;
    this.at = 0;
    this.isOpen = true;
    const ids = this.text.split(/[\s,;]+/).filter(Boolean);
    if (ids.length && ids.every((id) => ID.test(id))) {
      this.choose(ids);
    }
  }

  pressed(event) {
    const {found} = this;
    switch (event.key) {
      case 'ArrowDown':
      case 'ArrowUp':
        event.preventDefault();
        this.isOpen = true;
        this.at = (this.at + (event.key === 'ArrowDown' ? 1 : -1) + found.length) % Math.max(1, found.length);
        break;
      case 'Enter':
        event.preventDefault();
        if (this.isOpen && found[this.at]) {
          this.choose([found[this.at].id]);
        } else if (this.text.trim() && !this.complaint) {
          this.choose([this.text.trim()]);
        }
        break;
      case 'Escape':
        this.isOpen = false;
        break;
      case 'Backspace':
        if (!this.text && this.chosen.length) {
          this.without(this.chosen.at(-1));
        }
        break;
    }
  }

  render() {
    const {found, complaint} = this;
    const open = this.isOpen && found.length > 0;
    return html`
      <ul class="chips">
        ${this.chosen.map((id) => html`
          <li class=${this.bad[id] ? 'chip bad' : 'chip'}>
            <span class=${this.names[id] ? '' : 'mono'} title=${id}>${this.names[id] || `${id.slice(0, 12)}…`}</span>
            ${this.bad[id] ? html`<small>${this.bad[id]}</small>` : nothing}
            <button class="icon-button" aria-label=${t('share.without', {name: this.names[id] || id})} @click=${() => this.without(id)}>${icon('close')}</button>
          </li>`)}
      </ul>
      <div class="combobox">
        <label for="project">${this.known.length ? t('projects.label') : t('projects.labelId')}</label>
        <input id="project" role="combobox" aria-expanded=${open} aria-controls="project-list" aria-autocomplete="list"
          aria-activedescendant=${open ? `project-${this.at}` : nothing} aria-describedby="project-hint" autocomplete="off" spellcheck="false"
          .value=${live(this.text)} @input=${(event) => this.typed(event)} @keydown=${(event) => this.pressed(event)}
          @focus=${() => (this.isOpen = true)} @blur=${() => (this.isOpen = false)}>
        <ul id="project-list" role="listbox" aria-label=${t('share.projects')} ?hidden=${!open}>
          ${found.map((project, i) => html`
            <li id=${`project-${i}`} role="option" aria-selected=${i === this.at}
              @mousedown=${(event) => { event.preventDefault(); this.choose([project.id]); }}>
              <b>${project.name}</b><span class="mono">${project.id}</span></li>`)}
        </ul>
        <small id="project-hint" role="status" class=${complaint ? 'complaint' : ''}>
          ${complaint || (this.checking ? t('share.checking') : t('projects.hint'))}</small>
      </div>`;
  }
}

customElements.define('v-projects', Projects);
