/** One webhook: how it is, a test of it, and the log of its deliveries. */
import {html, nothing} from 'lit';
import {allowed} from '../api/explain.js';
import {KINDS, STATES, webhooksOf} from '../api/webhooks.js';
import {copyable} from '../parts/copy.js';
import {confirm, dialog, field} from '../parts/dialog.js';
import {problem} from '../parts/problem.js';
import '../parts/rows.js';
import {status} from '../parts/status.js';
import {ago, fieldOf, time} from '../parts/time.js';
import {failure, toast} from '../parts/toast.js';
import {domainOf, form, reason, showSecret, stateOf} from '../parts/webhook.js';
import {View, Loading, empty, heading} from '../parts/view.js';
import {learnImages, names} from '../names.js';
import {go, link, replaceQuery} from '../route.js';
import {t, word} from '../text/index.js';

/** Deliveries of a page. */
const PAGE = '50';

/** How often the log is read again after something was queued, and how long between, in milliseconds. */
const LOOKS = 15;
const BETWEEN = 1000;

const OPERATIONS = ['TRY_WEBHOOK', 'UPDATE_WEBHOOK', 'REPLACE_WEBHOOK_SECRET', 'DELETE_WEBHOOK', 'LIST_WEBHOOK_DELIVERIES',
  'RETRY_WEBHOOK_DELIVERY', 'REPLAY_WEBHOOK'];

class WebhookView extends View {
  static properties = {older: {state: true}, trial: {state: true}};

  constructor() {
    super();
    /** @type {import('../api/webhooks.js').Delivery[]} pages after the first */
    this.older = [];
    /** @type {string | null} of the last page; null: there is no other */
    this.marker = null;
    /** @type {import('../api/webhooks.js').Trial | 'busy' | null} */
    this.trial = null;
    this.looks = 0;
    this.one = new Loading(this, (signal) => this.webhooks.show(this.id, signal));
    this.rights = new Loading(this, (signal) => allowed(OPERATIONS, undefined, signal, domainOf(this.query.of)));
    this.log = new Loading(this, async (signal) => {
      const page = await this.page({}, signal);
      this.older = [];
      return page;
    });
    this.more = new Loading(this, async (signal) => {
      this.older = [...this.older, ...await this.page({marker: this.marker || undefined}, signal)];
    });
  }

  connectedCallback() {
    super.connectedCallback();
    this.one.run();
    this.rights.run();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  willUpdate(changed) {
    const {status: state = '', kind = ''} = this.query;
    const asked = JSON.stringify([this.id, state, kind]);
    if ((changed.has('id') || changed.has('query')) && asked !== this.asked) {
      this.asked = asked;
      this.more.aborter?.abort();
      this.log.restart();
    }
  }

  get webhooks() {
    return webhooksOf(this.query.of);
  }

  may(operation) {
    return this.rights.value?.[operation] === true;
  }

  async page(place, signal) {
    const {status: state, kind} = this.query;
    const page = await this.webhooks.deliveries(this.id, {status: state, kind, ...place, limit: PAGE}, signal);
    await learnImages(page.deliveries.map((one) => one.image_id), signal);
    if (!signal.aborted) {
      this.marker = page.next_marker;
    }
    return page.deliveries;
  }

  /** Reads again what there is; for a while, if something is on its way. */
  async refresh(looks = 0) {
    clearTimeout(this.timer);
    await Promise.all([this.one.run(), this.log.run()]);
    if (looks && this.isConnected && this.log.value?.some((one) => one.status === 'pending')) {
      this.timer = setTimeout(() => this.refresh(looks - 1), BETWEEN);
    }
  }

  /** Does something, and then reads again what has become of it. */
  async change(act, looks = 0) {
    this.trial = null;
    try {
      await act();
      await this.refresh(looks);
      return true;
    } catch (error) {
      failure(error);
      return false;
    }
  }

  render() {
    const webhook = this.one.value;
    const back = html`<p class="sub"><a href=${link('webhooks', {of: this.query.of})}>${t('webhooks.all')}</a>${webhook?.description ? html`<span>${webhook.description}</span>` : nothing}</p>`;
    return html`
      ${heading(webhook ? webhook.url : t('webhook.one'), webhook ? this.actions(webhook) : nothing, back)}
      ${this.rights.problem()}
      ${this.one.show((shown) => html`
        ${this.outcome()}
        <div class="columns two">${this.health(shown)}${this.settings(shown)}</div>
        <section>${this.deliveries(shown)}</section>`)}`;
  }

  actions(webhook) {
    return html`
      ${this.may('TRY_WEBHOOK') ? html`
        <button class="primary" data-operation="TRY_WEBHOOK" ?disabled=${this.trial === 'busy'} @click=${() => this.test()}>${t('webhook.test')}</button>` : nothing}
      ${this.may('UPDATE_WEBHOOK') ? html`
        <button data-operation="UPDATE_WEBHOOK" @click=${() => this.edit(webhook)}>${t('webhook.edit')}</button>
        <button data-operation="UPDATE_WEBHOOK" class="switch" @click=${() => this.toggle(webhook)}>${webhook.enabled ? t('keys.disable') : t('keys.enable')}</button>` : nothing}
      ${this.may('DELETE_WEBHOOK') ? html`
        <button class="danger" data-operation="DELETE_WEBHOOK" @click=${() => this.delete(webhook)}>${t('keys.delete')}</button>` : nothing}`;
  }

  /** What came of the test. */
  outcome() {
    if (!this.trial) {
      return nothing;
    }
    if (this.trial === 'busy') {
      return html`<p class="card trial" role="status"><span class="status waiting">${t('webhook.testing')}</span></p>`;
    }
    const {delivered, status: answer, milliseconds, error, error_code: code} = this.trial;
    return html`
      <p class="card trial" role="status">
        <span class="status ${delivered ? 'good' : 'bad'}">${delivered ? t('webhook.tested') : t('webhook.notTested')}</span>
        <span>${delivered ? t('webhook.answeredIn', {status: String(answer), ms: milliseconds}) : reason(error, code, answer)}</span>
      </p>`;
  }

  health(webhook) {
    const {pending, parked, last_delivered_at: delivered, last_failed_at: failed, last_error: error, last_error_code: code, last_error_status: answer} = webhook.deliveries;
    const count = (state, n) => (n ? html`<a href=${link(`webhooks/${this.id}`, {of: this.query.of, status: state})}>${t('webhook.deliveriesOf', {n})}</a>` : t('webhook.noDeliveries'));
    return html`
      <section class="card">
        <h2>${t('webhook.health')}</h2>
        <dl class="facts">
          <div><dt>${t('webhook.state')}</dt><dd>${status('webhook', stateOf(webhook))}</dd></div>
          <div><dt>${t('webhook.delivered')}</dt><dd>${delivered ? time(delivered) : t('access.never')}</dd></div>
          <div><dt>${t('webhook.failed')}</dt><dd>${failed ? time(failed) : t('access.never')}${error ? html`<br><small>${reason(error, code, answer)}</small>` : nothing}</dd></div>
          <div><dt>${t('webhook.waiting')}</dt><dd>${count('pending', pending)}</dd></div>
          <div><dt>${t('webhook.parked')}</dt><dd>${count('parked', parked)}${parked ? html`<br><small>${t('webhook.parkedHint')}</small>` : nothing}</dd></div>
        </dl>
      </section>`;
  }

  settings(webhook) {
    return html`
      <section class="card">
        <h2>${t('webhook.settings')}</h2>
        <dl class="facts">
          <div><dt>${t('webhook.url')}</dt><dd>${copyable(webhook.url, t('webhook.url'), {short: false})}</dd></div>
          <div><dt>${t('webhook.kinds')}</dt><dd>${webhook.kinds.length === KINDS.length ? t('webhook.allKinds')
              : webhook.kinds.map((kind) => word('webhookKind', kind)).join(t('comma'))}</dd></div>
          <div><dt>${t('webhook.secret')}</dt><dd>${t('webhook.hidden')} ${this.may('REPLACE_WEBHOOK_SECRET') ? html`
            <button class="small" data-operation="REPLACE_WEBHOOK_SECRET" @click=${() => this.rotate(webhook)}>${t('webhook.rotate')}</button>` : nothing}</dd></div>
          <div><dt>${t('image.created')}</dt><dd>${time(webhook.created_at)}</dd></div>
          <div><dt>${t('image.id')}</dt><dd>${copyable(webhook.id, t('image.id'))}</dd></div>
        </dl>
      </section>`;
  }

  deliveries(webhook) {
    const {status: state = '', kind = ''} = this.query;
    return html`
      <div class="title-line"><h2>${t('webhook.log')}</h2>
        <div class="actions">
          <button class="reload" ?disabled=${this.log.busy} @click=${() => this.refresh()}>${t('webhook.reload')}</button>
          ${webhook.enabled && this.may('REPLAY_WEBHOOK') ? html`
            <button data-operation="REPLAY_WEBHOOK" @click=${() => this.replay()}>${t('webhook.replay')}</button>` : nothing}
        </div></div>
      <form class="filters" role="search" @submit=${(event) => event.preventDefault()}>
        <label><span class="visually-hidden">${t('webhook.state')}</span>
          <select name="status" @change=${(event) => replaceQuery({status: event.target.value})}>
            <option value="" .selected=${!state}>${t('images.anyStatus')}</option>
            ${STATES.map((one) => html`<option value=${one} .selected=${one === state}>${word('status.delivery', one)}</option>`)}
          </select></label>
        <label><span class="visually-hidden">${t('webhook.kinds')}</span>
          <select name="kind" @change=${(event) => replaceQuery({kind: event.target.value})}>
            <option value="" .selected=${!kind}>${t('history.anyKind')}</option>
            ${KINDS.map((one) => html`<option value=${one} .selected=${one === kind}>${word('webhookKind', one)}</option>`)}
          </select></label>
      </form>
      ${this.log.show((first) => (first.length ? this.table(first, webhook)
          : state || kind ? empty(t('webhook.noMatch'), t('webhook.noMatchText'))
          : empty(t('webhook.none'), t('webhook.noneText'))))}`;
  }

  table(first, webhook) {
    return html`
      <v-rows class="deliveries" .label=${t('webhook.log')} .items=${[...first, ...this.older]} .head=${html`
        <div role="columnheader" class="name">${t('history.what')}</div>
        <div role="columnheader" class="image">${t('webhook.subject')}</div>
        <div role="columnheader" class="state">${t('webhook.state')}</div>
        <div role="columnheader" class="outcome">${t('webhook.result')}</div>
        <div role="columnheader" class="created_at">${t('history.at')}</div>
        <div role="columnheader" class="answers"><span class="visually-hidden">${t('webhook.retry')}</span></div>`}
        .row=${(delivery) => this.row(delivery, webhook)}></v-rows>
      ${this.more.problem()}
      ${this.marker ? html`<p class="actions below"><button ?disabled=${this.more.busy} @click=${() => this.more.run()}>${t('webhook.older')}</button></p>` : nothing}`;
  }

  /** @param {import('../api/webhooks.js').Delivery} delivery */
  row(delivery, webhook) {
    const what = word('webhookKind', delivery.kind);
    const result = this.result(delivery);
    const mayRetry = webhook.enabled && delivery.status !== 'delivered' && this.may('RETRY_WEBHOOK_DELIVERY');
    return html`
      <div role="cell" class="name" title=${what}>${what}</div>
      <div role="cell" class="image">${this.subject(delivery)}</div>
      <div role="cell" class="state">${status('delivery', delivery.status)}</div>
      <div role="cell" class="outcome" title=${result}>${result}</div>
      <div role="cell" class="created_at">${time(delivery.at)}</div>
      <div role="cell" class="answers">${mayRetry ? html`
        <button class="small" data-operation="RETRY_WEBHOOK_DELIVERY" aria-label=${t('webhook.retryOne', {what, id: delivery.id})}
          @click=${() => this.change(() => this.webhooks.retry(this.id, delivery.id), LOOKS)}>${t('webhook.retry')}</button>` : nothing}</div>`;
  }

  subject({image_id: image, job_id: job}) {
    return image
        ? html`<a href=${link(`images/${image}`)}>${names()[image] || `${image.slice(0, 8)}…`}</a>`
        : html`<a href=${link(`jobs/${job}`)}>${t('jobs.one')} ${String(job).slice(0, 8)}…</a>`;
  }

  /** @param {import('../api/webhooks.js').Delivery} delivery */
  result(delivery) {
    const {status: state, attempts, last_status: code, last_error: error, next_attempt_at: next} = delivery;
    const answer = code ? t('webhook.status', {status: String(code)}) : reason(error, delivery.last_error_code, code).replace(/[.。]$/, '');
    if (state === 'delivered') {
      return answer;
    }
    if (!answer) {
      return state !== 'pending' ? '' : attempts || next ? t('webhook.testing') : t('webhook.behind');
    }
    const tried = t('webhook.attempts', {n: attempts, answer});
    return next ? `${tried} · ${t('webhook.next', {when: ago(next)})}` : tried;
  }

  async test() {
    this.trial = 'busy';
    try {
      this.trial = await this.webhooks.test(this.id);
    } catch (error) {
      this.trial = null;
      failure(error);
    }
  }

  async edit(webhook) {
    const done = await form(t('webhook.editTitle'), t('save'), webhook, async (fields) => {
      await this.webhooks.update(this.id, fields);
      return true;
    });
    if (done) {
      this.trial = null;
      await this.refresh();
    }
  }

  async toggle({enabled, url}) {
    const yes = !enabled || await confirm({
      title: t('webhook.disableTitle', {url}), text: html`<p>${t('webhook.disableText')}</p>`, action: t('keys.disable'),
    });
    if (yes) {
      await this.change(() => this.webhooks.update(this.id, {enabled: !enabled}));
    }
  }

  async rotate() {
    const yes = await confirm({title: t('webhook.rotateTitle'), text: html`<p>${t('webhook.rotateText')}</p>`, action: t('webhook.rotate')});
    if (!yes) {
      return;
    }
    try {
      await showSecret(t('webhook.rotated'), await this.webhooks.replaceSecret(this.id), t('webhook.overlap'));
    } catch (error) {
      failure(error);
    }
  }

  async delete({url}) {
    const yes = await confirm({
      title: t('webhook.deleteTitle', {url}), text: html`<p>${t('webhook.deleteText')}</p>`, action: t('keys.delete'), danger: true,
    });
    if (yes) {
      try {
        await this.webhooks.remove(this.id);
        // Meanwhile, the user may have gone elsewhere.
        if (this.isConnected) {
          go('webhooks', {of: this.query.of});
        }
      } catch (error) {
        failure(error);
      }
    }
  }

  async replay() {
    let error = null;
    let busy = false;
    const queued = await dialog(t('webhook.replay'), (close, update) => {
      const submit = async (event) => {
        event.preventDefault();
        busy = true;
        update();
        try {
          close({n: await this.webhooks.replay(this.id, new Date(event.target.elements.since.value).toISOString())});
        } catch (failed) {
          error = failed;
          busy = false;
          update();
        }
      };
      return html`
        <form @submit=${submit}>
          <p>${t('webhook.replayText')}</p>
          ${field(t('history.since'), html`<input type="datetime-local" name="since" required autofocus .value=${fieldOf(new Date(Date.now() - 86_400_000).toISOString())}>`)}
          ${error ? problem(error) : nothing}
          <div class="actions"><button type="button" @click=${() => close(null)}>${t('cancel')}</button>
            <button class="primary" ?disabled=${busy}>${t('webhook.replayDo')}</button></div>
        </form>`;
    });
    if (queued) {
      toast(queued.n ? t('webhook.replayed', {n: queued.n}) : t('webhook.replayedNone'));
      await this.refresh(LOOKS);
    }
  }
}

customElements.define('v-webhook', WebhookView);
