/** The dialog in which an image is changed: all that its owner may change, sent as one patch. */
import {html, nothing} from 'lit';
import {repeat} from 'lit/directives/repeat.js';
import * as images from '../api/images.js';
import {dialog, field} from './dialog.js';
import {icon} from './icon.js';
import {problem} from './problem.js';
import {t, word} from '../text/index.js';

const VISIBILITIES = ['private', 'shared', 'community', 'public'];

/** @typedef {{key: number, name: string, value: string}} Property */

/** The path of a property in a JSON patch. */
function path(name) {
  return `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/**
 * What has to change.
 *
 * @param {images.Image} image
 * @param {Record<string, unknown>} fields
 * @param {Property[]} properties
 * @returns {Parameters<typeof images.change>[1]}
 */
function changes(image, fields, properties) {
  const before = Object.fromEntries(images.properties(image));
  const after = Object.fromEntries(properties.filter(({name}) => name.trim()).map(({name, value}) => [name.trim(), value]));
  const changed = Object.entries(fields).filter(([name, value]) => image[name] !== value)
      .map(([name, value]) => ({op: /** @type {const} */ ('replace'), path: path(name), value}));
  const removed = Object.keys(before).filter((name) => !(name in after))
      .map((name) => ({op: /** @type {const} */ ('remove'), path: path(name)}));
  const set = Object.entries(after).filter(([name, value]) => before[name] !== value)
      .map(([name, value]) => ({op: name in before ? /** @type {const} */ ('replace') : /** @type {const} */ ('add'), path: path(name), value}));
  return [...changed, ...removed, ...set];
}

/**
 * @param {images.Image} image
 * @param {boolean} mayPublish whether the caller may make it public
 * @param {(change: import('./losses.js').Change) => string[]} losses what others would lose
 * @returns {Promise<boolean | null>} true: it has changed
 */
export function editImage(image, mayPublish, losses) {
  let last = 0;
  /** @type {Property[]} */
  let properties = images.properties(image).map(([name, value]) => ({key: ++last, name, value: String(value)}));
  let visibility = image.visibility;
  let error = null;
  let busy = false;
  const offered = VISIBILITIES.filter((one) => one === image.visibility || one !== 'public' || mayPublish);
  return dialog(t('image.editTitle'), (close, update) => {
    const save = async (event) => {
      event.preventDefault();
      const {name, min_ram: ram, min_disk: disk, locked} = event.target.elements;
      const fields = {
        name: name.value.trim(), visibility, min_ram: Number(ram.value), min_disk: Number(disk.value), protected: locked.checked,
      };
      busy = true;
      update();
      try {
        const patch = changes({...image, name: image.name || ''}, fields, properties);
        if (patch.length) {
          await images.change(image.id, patch);
        }
        close(patch.length > 0);
      } catch (failed) {
        error = failed;
        busy = false;
        update();
      }
    };
    const without = (property) => {
      properties = properties.filter((one) => one !== property);
      update();
    };
    const add = (event) => {
      properties = [...properties, {key: ++last, name: '', value: ''}];
      update();
      const names = event.target.closest('fieldset').querySelectorAll('[name=property]');
      names[names.length - 1].focus();
    };
    return html`
      <form @submit=${save}>
        ${field(t('image.name'), html`<input name="name" maxlength="255" .value=${image.name || ''} autofocus>`)}
        ${field(t('image.visibility'), html`
          <select name="visibility" @change=${(event) => { visibility = event.target.value; update(); }}>
            ${offered.map((one) => html`<option value=${one} ?selected=${one === image.visibility}>${word('status.visibility', one)}</option>`)}
          </select>`, word('visibility', visibility))}
        ${visibility !== image.visibility && (visibility === 'private' || visibility === 'shared')
            ? losses(visibility).map((loss) => html`<p class="complaint">${loss}</p>`) : nothing}
        <div class="pair">
          ${field(t('image.minRam'), html`<input name="min_ram" type="number" min="0" max="2147483647" required .value=${String(image.min_ram)}>`)}
          ${field(t('image.minDisk'), html`<input name="min_disk" type="number" min="0" max="2147483647" required .value=${String(image.min_disk)}>`)}
        </div>
        <label class="tick"><input type="checkbox" name="locked" .checked=${image.protected}><span>${t('image.protect')}</span></label>
        <fieldset>
          <legend>${t('image.properties')}</legend>
          ${repeat(properties, (property) => property.key, (property) => html`
            <div class="property">
              <input name="property" class="mono" maxlength="255" required aria-label=${t('image.propertyName')} placeholder=${t('image.propertyName')} spellcheck="false"
                .value=${property.name} @input=${(event) => (property.name = event.target.value)}>
              <input aria-label=${property.name ? t('image.valueOf', {name: property.name}) : t('image.propertyValue')} placeholder=${t('image.propertyValue')}
                .value=${property.value} @input=${(event) => (property.value = event.target.value)}>
              <button type="button" class="icon-button" aria-label=${t('share.without', {name: property.name || t('image.propertyName')})} @click=${() => without(property)}>${icon('close')}</button>
            </div>`)}
          <button type="button" class="small" @click=${add}>${t('image.addProperty')}</button>
        </fieldset>
        ${error ? problem(error) : nothing}
        <div class="actions"><button type="button" @click=${() => close(null)}>${t('cancel')}</button>
          <button class="primary" data-operation="UPDATE_IMAGE" ?disabled=${busy}>${t('save')}</button></div>
      </form>`;
  });
}
