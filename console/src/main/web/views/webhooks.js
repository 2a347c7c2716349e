/** The webhooks of the project, or of its account: where events are sent to, and whether they arrive. */
import {html, nothing} from 'lit';
import {allowed} from '../api/explain.js';
import {ApiError, inTurns} from '../api/http.js';
import {webhooksOf} from '../api/webhooks.js';
import '../parts/rows.js';
import {status} from '../parts/status.js';
import {time} from '../parts/time.js';
import {domainOf, form, kindsOf, showSecret, stateOf} from '../parts/webhook.js';
import {View, Loading, empty, heading} from '../parts/view.js';
import {link} from '../route.js';
import {isOfAccount} from '../session.js';
import {t} from '../text/index.js';

/** Without it, one sees which there are, but not how they are. */
const SHOW = 'SHOW_WEBHOOK';
const CREATE = 'CREATE_WEBHOOK';
const LIST = 'LIST_WEBHOOKS';

class Webhooks extends View {
  constructor() {
    super();
    this.list = new Loading(this, async (signal) => {
      const webhooks = webhooksOf(this.of);
      const all = await webhooks.list(signal);
      const shown = await inTurns(all, (one) => webhooks.show(one.id, signal));
      return all.map((one, i) => shown[i] || one);
    });
    this.rights = new Loading(this, (signal) => allowed([CREATE, SHOW], undefined, signal, domainOf(this.of)));
    this.others = new Loading(this, (signal) => allowed([LIST], undefined, signal, domainOf('account')));
  }

  connectedCallback() {
    super.connectedCallback();
    if (!isOfAccount()) {
      this.others.run();
    }
  }

  willUpdate(changed) {
    if (changed.has('query') && this.of !== this.asked) {
      this.asked = this.of;
      this.list.restart();
      this.rights.restart();
    }
  }

  /** `account`: those of the account, in a session of one of its projects. */
  get of() {
    return this.query.of || '';
  }

  /** Whether the server knows of none at all: its operator turned them off. */
  get isOff() {
    return this.list.error instanceof ApiError && this.list.error.status === 404;
  }

  render() {
    return html`
      ${heading(t('webhooks'), this.isOff ? nothing : this.creation(), html`<p class="sub">${this.of || isOfAccount() ? t('webhooks.subAccount') : t('webhooks.sub')}</p>`)}
      ${this.isOff ? nothing : this.rights.problem()}
      ${this.tabs()}
      ${this.isOff ? empty(t('webhooks.off'), t('webhooks.offText'))
          : this.list.show((all) => (all.length ? this.table(all) : empty(t('webhooks.none'), t('webhooks.noneText'))))}`;
  }

  /** Beside those of the project, those of the account, for whoever may list them. */
  tabs() {
    if (!this.of && !this.others.value?.[LIST]) {
      return nothing;
    }
    const tab = (of, label) => html`<a href=${link('webhooks', {of})} aria-current=${this.of === of ? 'page' : nothing}>${label}</a>`;
    return html`<nav class="tabs" aria-label=${t('webhooks')}>${tab('', t('webhooks.ofProject'))}${tab('account', t('webhooks.ofAccount'))}</nav>`;
  }

  creation() {
    return this.rights.value?.[CREATE]
        ? html`<button class="primary" data-operation=${CREATE} @click=${() => this.create()}>${t('webhook.create')}</button>`
        : nothing;
  }

  /** @param {import('../api/webhooks.js').Webhook[]} all */
  table(all) {
    return html`
      <v-rows class="webhooks" .label=${t('webhooks')} .items=${all} .head=${html`
        <div role="columnheader" class="name">${t('webhook.url')}</div>
        <div role="columnheader" class="seen">${t('webhook.about')}</div>
        <div role="columnheader" class="outcome">${t('webhook.kinds')}</div>
        <div role="columnheader" class="state">${t('webhook.state')}</div>
        <div role="columnheader" class="created_at">${t('webhook.delivered')}</div>`}
        .row=${(webhook) => this.row(webhook)}></v-rows>`;
  }

  /** @param {import('../api/webhooks.js').Webhook} webhook */
  row(webhook) {
    const {deliveries} = webhook;
    return html`
      <div role="cell" class="name" title=${webhook.url}>${this.rights.value?.[SHOW] === false ? webhook.url
          : html`<a href=${link(`webhooks/${webhook.id}`, {of: this.of})}>${webhook.url}</a>`}</div>
      <div role="cell" class="seen" title=${webhook.description}>${webhook.description}</div>
      <div role="cell" class="outcome">${kindsOf(webhook)}</div>
      <div role="cell" class="state">${deliveries || !webhook.enabled ? status('webhook', stateOf(webhook)) : nothing}${
        deliveries?.parked ? html`<span class="tag">${t('webhook.parkedCount', {n: deliveries.parked})}</span>` : nothing}</div>
      <div role="cell" class="created_at">${deliveries ? html`<span class="narrow">${t('webhook.delivered')}: </span>${
        deliveries.last_delivered_at ? time(deliveries.last_delivered_at) : t('access.never')}` : nothing}</div>`;
  }

  async create() {
    const made = await form(t('webhook.create'), t('webhook.create'), null, (fields) => webhooksOf(this.of).create(fields));
    if (made) {
      await showSecret(t('webhook.made'), made, t('webhook.tryIt'));
      location.hash = link(`webhooks/${made.id}`, {of: this.of});
    }
  }
}

customElements.define('v-webhooks', Webhooks);
