/** A long list, of which only the part that is seen is in the page. All rows have the same height. */
import {html, nothing} from 'lit';
import {repeat} from 'lit/directives/repeat.js';
import {Part} from './view.js';

/** Rows beyond either edge of the window. */
const SPARE = 10;

class Rows extends Part {
  static properties = {
    items: {attribute: false},
    row: {attribute: false},
    head: {attribute: false},
    label: {attribute: false},
    from: {state: true},
    to: {state: true},
  };

  constructor() {
    super();
    /** @type {{id: string}[]} */
    this.items = [];
    /** @type {(item: any) => unknown} cells of an item */
    this.row = () => nothing;
    /** @type {unknown} cells of the head */
    this.head = nothing;
    this.label = '';
    this.from = 0;
    this.to = 40;
    this.look = () => {
      cancelAnimationFrame(this.frame);
      this.frame = requestAnimationFrame(() => this.measure());
    };
  }

  connectedCallback() {
    super.connectedCallback();
    addEventListener('scroll', this.look, {passive: true});
    addEventListener('resize', this.look);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener('scroll', this.look);
    removeEventListener('resize', this.look);
    cancelAnimationFrame(this.frame);
  }

  updated() {
    this.look();
  }

  /** Which rows are seen follows from where the body of the table is, and from the height in the stylesheet. */
  measure() {
    const body = this.querySelector('.body');
    if (!body) {
      return;
    }
    this.height = parseFloat(getComputedStyle(this).getPropertyValue('--row'));
    const top = body.getBoundingClientRect().top;
    const first = Math.floor(-top / this.height);
    this.from = Math.max(0, first - SPARE);
    this.to = first + Math.ceil(innerHeight / this.height) + SPARE;
  }

  render() {
    const height = this.height || 44;
    const from = Math.min(this.from, Math.max(0, this.items.length - 1));
    const seen = this.items.slice(from, Math.max(from + SPARE, this.to));
    const below = this.items.length - from - seen.length;
    return html`
      <div class="rows" role="table" aria-label=${this.label} aria-rowcount=${this.items.length + 1}>
        <div role="rowgroup"><div class="row head" role="row" aria-rowindex="1">${this.head}</div></div>
        <div class="body" role="rowgroup">
          <div class="gap" role="presentation" .style=${`height:${from * height}px`}></div>
          ${repeat(seen, (item) => item.id, (item, i) => html`
            <div class="row" role="row" aria-rowindex=${from + i + 2}>${this.row(item)}</div>`)}
          <div class="gap" role="presentation" .style=${`height:${below * height}px`}></div>
        </div>
      </div>`;
  }
}

customElements.define('v-rows', Rows);
