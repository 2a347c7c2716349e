/** Custom policies, and an editor that checks while one types. */
import {html, nothing} from 'lit';
import {until} from 'lit/directives/until.js';
import * as policies from '../api/policies.js';
import {allowed} from '../api/explain.js';
import {confirm, dialog, field} from './dialog.js';
import {problem} from './problem.js';
import {failure} from './toast.js';
import {Loading, Part, empty} from './view.js';
import {t} from '../text/index.js';
import './rows.js';

const NEW = {Version: '1.1', Statement: [{Effect: 'Allow', Action: ['ims:images:get', 'ims:images:share']}]};

/** What is wrong, in words. */
function complaint(fault) {
  if (!fault) {
    return '';
  }
  const {where} = fault;
  switch (fault.kind) {
    case 'json': return t('policy.json', {where});
    case 'version': return t('policy.version');
    case 'statements': return t('policy.statements');
    case 'effect': return t('policy.effect', {where});
    case 'actions': return t('policy.actions', {where});
    case 'action': return t('policy.action', {where});
    default: return t('policy.field', {where});
  }
}

class Policies extends Part {
  constructor() {
    super();
    this.list = new Loading(this, (signal) => policies.list(signal));
    this.rights = new Loading(this, (signal) => allowed(['CREATE_CUSTOM_POLICY', 'UPDATE_CUSTOM_POLICY', 'DELETE_CUSTOM_POLICY'], undefined, signal));
  }

  connectedCallback() {
    super.connectedCallback();
    this.list.run();
    this.rights.run();
  }

  may(operation) {
    return this.rights.value?.[operation] === true;
  }

  render() {
    return html`
      <div class="title-line"><h2>${t('policies')}</h2>
        ${this.may('CREATE_CUSTOM_POLICY') ? html`<button class="primary" data-operation="CREATE_CUSTOM_POLICY" @click=${() => this.edit(null)}>${t('policy.create')}</button>` : nothing}</div>
      ${this.rights.problem()}
      ${this.list.show((list) => (list.length ? this.table(list) : empty(t('policies.none'), t('policies.noneText'))))}`;
  }

  table(list) {
    return html`
      <v-rows class="policies" .label=${t('policies')} .items=${list} .head=${html`
        <div role="columnheader" class="name">${t('image.name')}</div>
        <div role="columnheader" class="seen">${t('keys.about')}</div>
        <div role="columnheader" class="outcome">${t('policy.says')}</div>
        <div role="columnheader" class="answers"><span class="visually-hidden">${t('keys.change')}</span></div>`}
        .row=${(policy) => html`
          <div role="cell" class="name">${policy.display_name}</div>
          <div role="cell" class="seen">${policy.description || '–'}</div>
          <div role="cell" class="outcome">${this.says(policy)}</div>
          <div role="cell" class="answers">
            ${this.may('UPDATE_CUSTOM_POLICY') ? html`<button class="small" data-operation="UPDATE_CUSTOM_POLICY" aria-label=${t('policy.editOne', {name: policy.display_name})} @click=${() => this.edit(policy)}>${t('policy.edit')}</button>` : nothing}
            ${this.may('DELETE_CUSTOM_POLICY') ? html`<button class="small" data-operation="DELETE_CUSTOM_POLICY" aria-label=${t('keys.deleteOne', {key: policy.display_name})} @click=${() => this.drop(policy)}>${t('keys.delete')}</button>` : nothing}
          </div>`}></v-rows>`;
  }

  says(policy) {
    const count = (effect) => policy.policy.Statement.filter((one) => one.Effect.toLowerCase() === effect).length;
    return t('policy.counts', {allow: count('allow'), deny: count('deny')});
  }

  async drop(policy) {
    const yes = await confirm({
      title: t('policy.deleteTitle', {name: policy.display_name}), text: html`<p>${t('policy.deleteText')}</p>`, action: t('keys.delete'), danger: true,
    });
    if (yes) {
      await policies.remove(policy.id).catch(failure);
      this.list.run();
    }
  }

  /** @param {policies.Policy | null} policy null: a new one */
  async edit(policy) {
    let text = JSON.stringify(policy?.policy || NEW, null, 2);
    let error = null;
    let busy = false;
    const options = policies.actions().then((all) => all.map((action) => html`<option value=${action}></option>`), () => nothing);
    const saved = await dialog(policy ? t('policy.edit') : t('policy.create'), (close, update) => {
      const save = async (event) => {
        event.preventDefault();
        const {name, about} = event.target.elements;
        busy = true;
        update();
        try {
          await policies.save(policy?.id || '', {
            display_name: name.value.trim(), description: about.value.trim(), type: policy?.type || 'XA', policy: JSON.parse(text),
          });
          close(true);
        } catch (failed) {
          error = failed;
          busy = false;
          update();
        }
      };
      const wrong = complaint(policies.fault(text));
      return html`
        <form @submit=${save}>
          ${field(t('image.name'), html`<input name="name" maxlength="64" required .value=${policy?.display_name || ''} autofocus>`)}
          ${field(t('keys.about'), html`<input name="about" maxlength="255" .value=${policy?.description || ''}>`)}
          ${field(t('policy.document'), html`
            <textarea name="document" class="mono" rows="9" spellcheck="false" aria-describedby="policy-check" aria-invalid=${wrong ? 'true' : 'false'}
              .value=${text} @input=${(event) => { text = event.target.value; update(); }}></textarea>`)}
          <small id="policy-check" role="status" class=${wrong ? 'complaint' : ''}>${wrong || t('policy.fine')}</small>
          ${field(t('policy.insert'), html`<input list="policy-actions" class="mono" spellcheck="false" @change=${(event) => this.insert(event)}>`)}
          <datalist id="policy-actions">${until(options, nothing)}</datalist>
          ${error ? problem(error) : nothing}
          <div class="actions"><button type="button" @click=${() => close(null)}>${t('cancel')}</button>
            <button class="primary" ?disabled=${busy || Boolean(wrong)}>${t('save')}</button></div>
        </form>`;
    });
    if (saved) {
      this.list.run();
    }
  }

  /** Puts an action where the cursor is in the document. */
  insert(event) {
    const area = event.target.form.elements.document;
    area.setRangeText(`"${event.target.value}"`, area.selectionStart, area.selectionEnd, 'end');
    event.target.value = '';
    area.focus();
    area.dispatchEvent(new Event('input', {bubbles: true}));
  }
}

customElements.define('v-policies', Policies);
