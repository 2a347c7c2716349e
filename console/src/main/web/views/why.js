/** Why may somebody do something, or not: the reasons as a tree in words, and what would have to change. */
import {html, nothing} from 'lit';
import {allowed, explain, explanation} from '../api/explain.js';
import {copyable} from '../parts/copy.js';
import {field} from '../parts/dialog.js';
import {icon} from '../parts/icon.js';
import {inWords, project as projectOf} from '../parts/named.js';
import {exactly} from '../parts/time.js';
import {View, Loading, heading} from '../parts/view.js';
import {learnImages, learnPeople, names} from '../names.js';
import {go, link} from '../route.js';
import {isOfAccount, session} from '../session.js';
import {t, word} from '../text/index.js';

/** Operations to ask about; true: on an image. */
const OPERATIONS = {
  LIST_IMAGES: false,
  SHOW_IMAGE: true,
  CREATE_IMAGE: false,
  UPLOAD_IMAGE: true,
  DOWNLOAD_IMAGE: true,
  UPDATE_IMAGE: true,
  ADD_TAG: true,
  DEACTIVATE_IMAGE: true,
  REACTIVATE_IMAGE: true,
  DELETE_IMAGE: true,
  ADD_MEMBER: true,
  LIST_MEMBERS: true,
  UPDATE_MEMBER: true,
  DELETE_MEMBER: true,
  BATCH_ADD_MEMBERS: false,
  BATCH_UPDATE_MEMBERS: false,
  BATCH_DELETE_MEMBERS: false,
};

/** A UUID, and blanks that were copied with it. */
const IMAGE_ID = ' *[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12} *';

/** What a project that an image is shared with may do with it. */
const OF_MEMBERS = new Set(['SHOW_IMAGE', 'DOWNLOAD_IMAGE', 'LIST_MEMBERS', 'UPDATE_MEMBER']);

/** Without it, one may ask about oneself alone. */
const ABOUT_OTHERS = 'LIST_ROLE_ASSIGNMENTS';

/** The rule that is neither in a policy nor one of sharing, and that can refuse an operation of a kind. */
function beyond(operation) {
  switch (operation) {
    case 'UPDATE_USER':
    case 'DELETE_USER': return t('beyond.user');
    case 'ADD_USER_TO_GROUP': return t('beyond.group');
    case 'UPDATE_PROJECT':
    case 'DELETE_PROJECT': return t('beyond.project');
    case 'CREATE_IMAGE':
    case 'UPDATE_IMAGE': return t('beyond.image');
    case 'DELETE_IMAGE': return t('image.protectedHint');
    default: return /^(GRANT|REVOKE)_/.test(operation) ? t('beyond.role') : t('beyond.other');
  }
}

/** Also one that is not in the list, or not chosen yet. */
function isOnImage(operation) {
  return OPERATIONS[operation] !== false;
}

class Why extends View {
  static properties = {operation: {state: true}};

  constructor() {
    super();
    this.operation = '';
    /** Names by id. */
    this.known = names();
    this.answer = new Loading(this, (signal) => this.ask(signal));
    this.listed = new Loading(this, learnPeople);
    this.rights = new Loading(this, (signal) => allowed([ABOUT_OTHERS], undefined, signal));
  }

  connectedCallback() {
    super.connectedCallback();
    this.listed.run();
    this.rights.run();
  }

  willUpdate(changed) {
    const asked = JSON.stringify(this.query);
    if (changed.has('query') && asked !== this.asked) {
      this.asked = asked;
      this.operation = this.query.operation || '';
      this.answer.value = undefined;
      if (this.query.refusal || this.query.operation) {
        this.answer.run();
      }
    }
  }

  async ask(signal) {
    const {refusal, operation, image, user, project, member} = this.query;
    const answer = await (refusal
        ? explanation(refusal, signal)
        : explain({operation, image_id: isOnImage(operation) ? image : undefined, user_id: user, project_id: project, member_id: member}, signal));
    await learnImages([answer.question.image_id], signal);
    return answer;
  }

  submit(event) {
    event.preventDefault();
    const {operation, image, user, project} = event.target.elements;
    go('why', {
      operation: operation.value,
      // Of an operation on no image it stays for the next question.
      image: image.value.trim(),
      user: user?.value.trim(),
      project: project.value.trim(),
    });
  }

  render() {
    const {query} = this;
    return html`
      ${heading(t('why'), nothing, html`<p class="sub">${t('why.sub')}</p>`)}
      ${query.refusal ? html`<p><a href=${link('why')}>${t('why.another')}</a></p>` : this.form()}
      ${query.refusal || query.operation ? this.answer.show((answer) => this.tree(answer)) : nothing}`;
  }

  form() {
    const {query} = this;
    const onImage = isOnImage(this.operation);
    const {users = [], projects = []} = this.listed.value || {};
    const options = (id, list) => html`<datalist id=${id}>${list.map((one) => html`<option value=${one.id}>${one.name}</option>`)}</datalist>`;
    return html`
      <form class="card question" @submit=${(event) => this.submit(event)}>
        ${field(t('why.what'), html`
          <select name="operation" required @change=${(event) => (this.operation = event.target.value)}>
            <option value="" ?selected=${!this.operation}>${t('why.choose')}</option>
            ${Object.keys(OPERATIONS).map((name) => html`<option value=${name} ?selected=${name === this.operation}>${word('operation', name)}</option>`)}
          </select>`)}
        ${field(t('why.image'), html`<input name="image" class="mono" spellcheck="false" pattern=${IMAGE_ID} title=${t('why.imageForm')} .value=${query.image || ''} ?disabled=${!onImage}>`,
            onImage ? t('why.imageHint') : t('why.noImageHint'))}
        ${this.rights.value?.[ABOUT_OTHERS] ? field(t('why.user'), html`<input name="user" data-operation=${ABOUT_OTHERS} list="users" class="mono" spellcheck="false" placeholder=${session().user.id} .value=${query.user || ''}>`, t('why.userHint')) : nothing}
        ${options('users', users)}${options('projects', projects)}
        ${field(t('why.project'), html`<input name="project" list="projects" class="mono" spellcheck="false" placeholder=${session().project.id} .value=${query.project || ''}>`, isOfAccount() ? t('why.accountHint') : t('why.projectHint'))}
        <div class="actions"><button class="primary">${t('why.ask')}</button></div>
      </form>`;
  }

  tree(answer) {
    const {question} = answer;
    const known = (this.known = names());
    const who = question.user_id === session().user.id ? t('why.you') : known[question.user_id] || question.user_id;
    const sharing = answer.sharing;
    // Refused, and still so, though neither a policy nor a rule of sharing says so.
    const isBeyond = answer.allowed && answer.refused_at && !answer.changed_since;
    const isGood = answer.allowed && !isBeyond;
    const asCloudAdmin = answer.policy.cloud_admin && sharing?.allowed && !sharing.owner;
    const what = word('operation', question.operation);
    return html`
      <section class="card verdict ${isGood ? 'good' : 'bad'}" role="status">
        ${icon(isGood ? 'check' : 'close')}
        <div>
          <p class="title">${isGood ? t('why.allowed', {who, what}) : isBeyond ? t('why.beyond', {who, what}) : t('why.denied', {who, what})}</p>
          ${isBeyond ? html`<p>${beyond(question.operation)}</p>` : nothing}
          ${this.about(question)}
          <p class="own mono">${question.method} ${question.path}</p>
          ${answer.refused_at ? html`<p class="own">${t('why.refusedAt', {time: exactly(answer.refused_at)})}
            ${answer.changed_since ? t('why.changed') : t('why.unchanged')}</p>` : nothing}
        </div>
      </section>
      <section class="card">
        <ul class="tree">
          <li>
            <p class="node">${this.mark(answer.policy.allowed)}${answer.policy.allowed ? t('why.policyAllows') : t('why.policyDenies')}</p>
            ${answer.policy.kind === 'no_standing' ? html`<p>${t('why.noStanding')}</p>` : html`
              <ul>${(answer.policy.actions || []).map((action) => this.action(action))}</ul>`}
          </li>
          ${sharing ? html`
            <li>
              <p class="node">${this.mark(sharing.allowed)}${sharing.kind === 'no_image' ? t('why.noImage') : sharing.allowed ? t('why.ruleAllows') : word('rule', sharing.kind)}</p>
              ${sharing.kind === 'no_image' ? nothing : html`
                <ul>
                  <li>${sharing.owner ? t('why.isOwner') : t('why.isNotOwner')}</li>
                  ${asCloudAdmin ? html`<li>${t('why.cloudAdmin')}</li>` : nothing}
                  <li>${t('why.visibility')} ${word('status.visibility', sharing.visibility)}</li>
                  <li>${sharing.membership ? html`${t('why.membership')} ${word('status.member', sharing.membership)}` : t('why.noMembership')}</li>
                  <li>${t('why.imageStatus')} ${word('status.image', sharing.image_status)}</li>
                </ul>`}
            </li>` : nothing}
        </ul>
      </section>
      ${this.changes(answer)}`;
  }

  /** The image and the project that are meant, by name. */
  about({image_id: image, project_id: project}) {
    const {known} = this;
    const parts = [
      image && known[image] && html`<span>${t('image.one')} <a href=${link(`images/${image}`)}>${known[image]}</a></span>`,
      project && project !== session().project.id && html`<span>${t('jobs.project')} ${projectOf(project, known)}</span>`,
    ].filter(Boolean);
    return parts.length ? html`<p class="sub">${parts}</p>` : nothing;
  }

  mark(allowed) {
    return allowed
        ? html`<span class="mark good">${icon('check')}<span class="visually-hidden">${t('yes')}</span></span>`
        : html`<span class="mark bad">${icon('close')}<span class="visually-hidden">${t('no')}</span></span>`;
  }

  action(action) {
    return html`
      <li>
        <p class="node">${this.mark(action.allowed)}<code>${action.action}</code> ${word('reason', action.kind)}</p>
        ${action.considered.length ? html`
          <ul>
            ${action.considered.map((one) => html`<li>${this.grant(one.grant)}: ${this.finding(one)}</li>`)}
          </ul>` : action.kind === 'account_owner' ? nothing : html`<ul><li>${t('why.noGrants')}</li></ul>`}
      </li>`;
  }

  grant(grant) {
    const group = grant.group_id ? html` ${t('why.byGroup')} ${this.named(grant.group_id)}` : nothing;
    return html`<b>${grant.policy}</b> ${word('grantScope', grant.scope)} ${this.named(grant.scope_id)}${group}${
      grant.inherited ? ` ${t('why.inherited')}` : nothing}`;
  }

  named(id) {
    const name = this.known[id];
    return html`<span class=${name ? '' : 'mono'} title=${id}>${name || id.slice(0, 8)}</span>`;
  }

  finding(one) {
    switch (one.kind) {
      case 'allows': return t('finding.allows', {n: one.statement + 1});
      case 'denies': return t('finding.denies', {n: one.statement + 1});
      case 'condition_failed': return t('finding.condition', {key: one.key, operator: one.operator, values: one.values.join(', '), actual: one.actual ?? '–'});
      case 'dependency_missing': return t('finding.depends', {missing: one.missing.join(', ')});
      case 'scope_does_not_count': return t('finding.scope');
      case 'other_enterprise_project': return t('finding.otherProject');
      default: return t('finding.silent');
    }
  }

  changes(answer) {
    const nearest = (answer.policy.actions || []).map((action) => action.nearest && {...action.nearest, of: action.action}).filter(Boolean);
    const all = [...nearest.map((one) => this.nearest(one)), this.share(answer)].filter(Boolean);
    const {user_id: user, project_id: project} = answer.question;
    if (!all.length) {
      return nothing;
    }
    return html`
      <section class="card">
        <h2>${t('why.change')}</h2>
        <ul class="changes">${all.map((one) => html`<li>${one}</li>`)}</ul>
        <p class="actions">${copyable(new URL(link('why', {user, project, ...this.query}), location.href).href, t('why.address'), {name: t('why.sendThis')})}</p>
      </section>`;
  }

  /** What the owner or the project would have to do; null: no share would help. */
  share({sharing, question}) {
    if (!sharing || sharing.allowed || !question.project_id || !OF_MEMBERS.has(question.operation)) {
      return null;
    }
    switch (sharing.kind) {
      case 'not_accepted': return t('nearest.accept');
      case 'no_image':
      case 'image_not_found':
      case 'member_not_found': return t('nearest.share', {project: inWords(question.project_id, this.known)});
      default: return null;
    }
  }

  nearest(one) {
    switch (one.kind) {
      case 'remove_deny': return t('nearest.removeDeny', {policy: one.grant.policy, n: one.statement + 1});
      case 'meet_condition': return t('nearest.meetCondition', {policy: one.grant.policy, key: one.key, operator: one.operator, values: one.values.join(', ')});
      case 'grant_dependencies': return t('nearest.dependencies', {missing: one.missing.join(', ')});
      case 'grant_at_project': return t('nearest.atProject', {policy: one.grant.policy});
      default: return t('nearest.action', {action: one.action || one.of});
    }
  }
}

customElements.define('v-why', Why);
