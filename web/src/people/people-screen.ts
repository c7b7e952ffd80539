/** `<toguna-people>`: the keeper's desk: keys that wait, people with offices and terms, a new
 *  person with a sign-up code that is shown once. */

import { css, html, nothing } from 'lit'

import { get, post, Problem } from '../house/api'
import { define, DeskElement } from '../house/element'
import { sentence } from '../house/sentences'
import { day, moment } from '../house/shape'
import { t } from '../house/words'
import { base } from '../parts/base'
import '../parts/index'
import { officeName } from '../parts/small'
import { problemText } from '../parts/toast'
import './key-approval'
import { OFFICES, usOf, type KeyShown, type PersonBegins, type PersonListed } from './people-shapes'
import './person-card'
import './words.account'
import './words.keeper'
import './words.signin'

type Field = 'id' | 'name' | 'office' | 'until'
const LOOK_MS = 5_000
/** The node's places of what is wrong, and our fields. */
const FIELD_OF: Record<string, Field> = { id: 'id', name: 'name', offices: 'office', office: 'office', until_us: 'until' }

export class TogunaPeople extends DeskElement {
  static override properties = {
    people: { state: true },
    keys: { state: true },
    begun: { state: true },
    adding: { state: true },
    typed: { state: true },
    problems: { state: true },
    problem: { state: true },
    busy: { state: true },
  }
  static override styles = [
    base,
    css`
      :host {
        display: block;
        padding: 18px;
        height: 100%;
        overflow: auto;
      }
      .all {
        max-width: 60rem;
      }
      h2 {
        margin: 20px 0 8px;
      }
      form {
        display: grid;
        gap: 0 14px;
        grid-template-columns: repeat(auto-fit, minmax(min(15rem, 100%), 1fr));
      }
      form > .row {
        grid-column: 1 / -1;
      }
      .code {
        font: 600 1.7rem/1.4 var(--mono);
        letter-spacing: 0.05em;
        margin: 8px 0;
      }
    `,
  ]
  people: PersonListed[] = []
  keys: KeyShown[] = []
  begun: PersonBegins | null = null
  adding = false
  typed: Record<Field, string> = { id: '', name: '', office: 'duty', until: '' }
  problems: Partial<Record<Field, string>> = {}
  problem = ''
  busy = false
  private timer?: ReturnType<typeof setInterval>

  override connectedCallback() {
    super.connectedCallback()
    // Nothing tells of a key that is asked for: a colleague may be on the phone.
    this.timer = setInterval(() => !document.hidden && void this.load(), LOOK_MS)
    void this.load()
  }

  override disconnectedCallback() {
    super.disconnectedCallback()
    clearInterval(this.timer)
  }

  private async load() {
    try {
      const [people, keys] = await Promise.all([
        get<{ items: PersonListed[] }>('/api/people'),
        get<{ items: KeyShown[] }>('/api/keys'),
      ])
      this.people = people.items
      this.keys = keys.items
      this.codeUsed()
      this.problem = ''
    } catch (error) {
      this.problem = problemText(error)
    }
  }

  /** A code that was used, or is over, is not shown any longer. */
  private codeUsed() {
    const whose = this.begun?.person.id
    const person = this.people.find((one) => one.id === whose)
    if (person && !person.ways.includes('code')) this.begun = null
  }

  private changed = (event: CustomEvent<Partial<PersonBegins> | undefined>) => {
    if (event.detail?.code) this.begun = event.detail as PersonBegins
    void this.load()
  }

  private add = async (event: Event) => {
    event.preventDefault()
    const { id, name, office, until } = this.typed
    this.problems = Object.fromEntries((['id', 'name'] as const).filter((field) => !this.typed[field].trim()).map((field) => [field, t('signin.needed')]))
    if (Object.keys(this.problems).length || this.busy) return
    this.busy = true
    try {
      const offices = [{ office, until_us: usOf(until) }]
      this.begun = await post<PersonBegins>('/api/people', { id: id.trim(), name: name.trim(), offices })
      this.typed = { id: '', name: '', office: 'duty', until: '' }
      this.adding = false
      await this.load()
    } catch (error) {
      const field = error instanceof Problem ? FIELD_OF[error.where] : undefined
      if (field) this.problems = { [field]: [sentence((error as Problem).what), sentence((error as Problem).remedy)].filter(Boolean).join('. ') }
      else this.problem = problemText(error)
    }
    this.busy = false
  }

  private renderCode() {
    if (!this.begun?.code) return nothing
    const { person, code, code_until_us } = this.begun
    return html`<div class="card notice good" role="status" data-code>
      <h3>${t('people.code', { name: person.name })}</h3>
      <p class="code">${code}</p>
      <p>${t('people.code_hint', { until: moment(code_until_us) })}</p>
      <button class="main" data-given @click=${() => (this.begun = null)}>${t('people.code_given')}</button>
    </div>`
  }

  private renderKeys() {
    const asked = this.keys.filter((key) => key.state === 'asked')
    return html`<h2>${t('people.keys')}</h2>
      ${asked.length ? nothing : html`<p class="soft">${t('people.keys_none')}</p>`}
      ${asked.map((key) => html`<toguna-key-approval .key=${key} .person=${this.people.find((one) => one.id === key.person)}></toguna-key-approval>`)}`
  }

  private renderAdd() {
    if (!this.adding)
      return html`<button data-add @click=${() => (this.adding = true)}><toguna-icon name="plus"></toguna-icon>${t('people.add')}</button>`
    const put = (field: Field) => (event: Event) => {
      this.typed = { ...this.typed, [field]: (event.target as HTMLInputElement).value }
      this.problems = { ...this.problems, [field]: '' }
    }
    const error = (field: Field) => this.problems[field] ?? ''
    return html`<div class="card">
      <h3>${t('people.add')}</h3>
      <form @submit=${this.add} novalidate>
        <toguna-field label=${t('people.name')} error=${error('name')}><input name="name" maxlength="80" autocomplete="off" .value=${this.typed.name} @input=${put('name')} /></toguna-field>
        <toguna-field label=${t('people.id')} hint=${t('people.id_hint')} error=${error('id')}><input name="id" maxlength="32" autocomplete="off" autocapitalize="none" .value=${this.typed.id} @input=${put('id')} /></toguna-field>
        <toguna-field label=${t('people.office')} error=${error('office')}>
          <select name="office" @change=${put('office')}>${OFFICES.map((one) => html`<option value=${one} ?selected=${one === this.typed.office}>${officeName(one)}</option>`)}</select>
        </toguna-field>
        <toguna-field label=${t('people.until')} hint=${t('people.until_hint')} error=${error('until')} optional><input type="datetime-local" name="until" .value=${this.typed.until} @input=${put('until')} /></toguna-field>
        <span class="row">
          <button class="main" ?disabled=${this.busy}>${t('people.create')}</button>
          <button type="button" @click=${() => (this.adding = false)}>${t('parts.cancel')}</button>
        </span>
      </form>
    </div>`
  }

  private renderGone() {
    const gone = this.people.filter((person) => person.ended_us !== null)
    if (!gone.length) return nothing
    return html`<details>
      <summary>${t('people.gone')} (${gone.length})</summary>
      ${gone.map((person) => html`<p>${person.name} <span class="mono soft">${person.id}</span> · ${t('people.left', { when: day(person.ended_us!) })}</p>`)}
    </details>`
  }

  override render() {
    return html`<div class="all" @toguna-people=${this.changed}>
      <h1>${t('people.title')}</h1>
      <p class="soft">${t('people.lead')}</p>
      ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing} ${this.renderCode()} ${this.renderKeys()}
      <h2>${t('people.ways_title')}</h2>
      ${this.people
        .filter((person) => person.ended_us === null)
        .map((person) => html`<toguna-person .person=${person} .keys=${this.keys.filter((key) => key.person === person.id)}></toguna-person>`)}
      <p></p>
      ${this.renderAdd()} ${this.renderGone()}
    </div>`
  }
}
define('toguna-people', TogunaPeople)
