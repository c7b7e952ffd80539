/** `<toguna-person .person .keys>`: one person at the keeper's: offices and terms, keys, sessions,
 *  a new code, leaving. What cannot be undone is asked twice. */

import { css, html, nothing } from 'lit'

import { post, Problem } from '../house/api'
import { define, DeskElement } from '../house/element'
import { sentence } from '../house/sentences'
import { moment } from '../house/shape'
import { pair, t } from '../house/words'
import { base } from '../parts/base'
import '../parts/index'
import { officeName } from '../parts/small'
import { problemText } from '../parts/toast'
import { OFFICES, spelled, usOf, type KeyShown, type PersonListed } from './people-shapes'
import './sessions-list'
import './words.account'
import './words.keeper'
import './words.signin'

type Sure = '' | 'reset' | 'leaves' | `office ${string}` | `key ${string}`

export class TogunaPerson extends DeskElement {
  static override properties = {
    person: { attribute: false },
    keys: { attribute: false },
    open: { state: true },
    sure: { state: true },
    giving: { state: true },
    office: { state: true },
    problems: { state: true },
    problem: { state: true },
    busy: { state: true },
  }
  static override styles = [
    base,
    css`
      .card {
        margin-bottom: 8px;
      }
      .more {
        display: grid;
        gap: 18px;
        margin-top: 12px;
        padding-top: 12px;
        border-top: 1px solid var(--line);
        grid-template-columns: repeat(auto-fit, minmax(min(19rem, 100%), 1fr));
      }
      .line {
        display: flex;
        justify-content: space-between;
        align-items: center;
        gap: 10px;
        padding: 5px 0;
        border-bottom: 1px solid var(--line);
      }
      h3 {
        margin-bottom: 6px;
      }
      form {
        margin-top: 10px;
      }
    `,
  ]
  person!: PersonListed
  keys: KeyShown[] = []
  open = false
  sure: Sure = ''
  giving = false
  office = ''
  problems: { office?: string; until_us?: string } = {}
  problem = ''
  busy = false
  private until = ''
  private other = ''

  private async attempt(path: string, body: object) {
    if (this.busy) return
    this.busy = true
    this.problem = ''
    this.problems = {}
    try {
      const done = await post<{ code?: string }>(path, body)
      Object.assign(this, { sure: '', giving: false, office: '' })
      this.tell('toguna-people', done)
    } catch (error) {
      const where = error instanceof Problem ? error.where : ''
      if (where === 'office' || where === 'until_us') this.problems = { [where]: sentence((error as Problem).what) }
      else this.problem = problemText(error)
    }
    this.busy = false
  }

  /** A button that asks once more before it does. */
  private twice(name: Sure, words: string, act: () => void) {
    const asked = this.sure === name
    const press = () => (asked ? act() : (this.sure = name))
    return html`<button class="grave" data-do=${name} ?disabled=${this.busy} @click=${press}>
      ${asked ? t('people.sure', { what: words.toLowerCase() }) : words}
    </button>`
  }

  private give = (event: Event) => {
    event.preventDefault()
    const office = (this.office === 'other' ? this.other : this.office).trim()
    if (!office) return void (this.problems = { office: t('signin.needed') })
    void this.attempt('/api/people/office', { person: this.person.id, office, until_us: usOf(this.until) })
  }

  private renderGive() {
    if (!this.giving) return html`<p><button data-give @click=${() => (this.giving = true)}>${t('people.give_office')}</button></p>`
    const value = (event: Event) => (event.target as HTMLInputElement).value
    return html`<form @submit=${this.give} novalidate>
      <toguna-field label=${t('people.office')} error=${this.problems.office ?? ''}>
        <select name="office" @change=${(e: Event) => (this.office = value(e))}>
          <option value="">${t('people.choose')}</option>
          ${OFFICES.map((one) => html`<option value=${one} ?selected=${one === this.office}>${officeName(one)}</option>`)}
          <option value="other">${t('people.other_office')}</option>
        </select>
      </toguna-field>
      ${this.office === 'other'
        ? html`<toguna-field label=${t('people.office_name')}><input name="other" maxlength="32" @input=${(e: Event) => (this.other = value(e))} /></toguna-field>`
        : nothing}
      <toguna-field label=${t('people.until')} hint=${t('people.until_hint')} error=${this.problems.until_us ?? ''} optional>
        <input type="datetime-local" name="until" @input=${(e: Event) => (this.until = value(e))} />
      </toguna-field>
      <span class="row">
        <button class="main" ?disabled=${this.busy}>${t('people.give_office')}</button>
        <button type="button" @click=${() => (this.giving = false)}>${t('parts.cancel')}</button>
      </span>
    </form>`
  }

  private renderOffices() {
    const end = (office: string) => this.attempt('/api/people/office', { person: this.person.id, office, end: true })
    return html`<div>
      <h3>${t('account.terms')}</h3>
      ${this.person.terms.map(
        (term) => html`<div class="line" data-term=${term.office}>
          <span>${officeName(term.office)} <span class="soft small">${term.until_us ? t('account.until', { until: moment(term.until_us) }) : t('account.no_end')}</span></span>
          ${this.twice(`office ${term.office}`, t('people.end_office'), () => void end(term.office))}
        </div>`,
      )}
      ${this.renderGive()}
    </div>`
  }

  private renderKeys() {
    const cancel = (id: string) => this.attempt('/api/keys/cancel', { id, why: t('key.lost') })
    if (!this.keys.length) return nothing
    return html`<div>
      <h3>${t('people.device_keys')}</h3>
      ${this.keys.map(
        (key) => html`<div class="line" data-device-key=${key.id}>
          <span>${key.device} <span class="chip">${t(`key.state.${key.state}`)}</span><br /><span class="mono small soft">${spelled(key.id)}</span></span>
          ${key.state === 'approved' || key.state === 'asked' ? this.twice(`key ${key.id}`, t('key.cancel'), () => void cancel(key.id)) : nothing}
        </div>`,
      )}
    </div>`
  }

  private renderMore() {
    const person = this.person.id
    return html`<div class="more">
        ${this.renderOffices()} ${this.renderKeys()}
        <div><toguna-sessions person=${person}></toguna-sessions></div>
        <div>
          <p>${this.twice('reset', t('people.reset'), () => void this.attempt('/api/people/reset', { person }))}</p>
          <p class="soft small">${t('people.reset_hint')}</p>
          <p>${this.twice('leaves', t('people.leaves'), () => void this.attempt('/api/people/end', { person }))}</p>
          <p class="soft small">${t('people.leaves_hint')}</p>
        </div>
      </div>
      ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}`
  }

  override render() {
    const { person } = this
    const ways = person.ways.length ? person.ways.map((way) => t(`people.way.${way}`)).join(', ') : t('people.way.none')
    return html`<article class="card" data-person=${person.id}>
      <div class="row spread">
        <span>
          <b>${person.name}</b> <span class="mono soft">${person.id}</span><br />
          <span class="small">${person.offices.map(officeName).join(', ')}</span>
          <span class="small soft">· ${pair(t('people.ways'), ways)}${person.sessions ? ` · ${t('people.sessions', { n: person.sessions })}` : ''}</span>
        </span>
        <button aria-expanded=${this.open} data-open @click=${() => (this.open = !this.open)}>${t(this.open ? 'people.close' : 'people.open')}</button>
      </div>
      ${this.open ? this.renderMore() : nothing}
    </article>`
  }
}
define('toguna-person', TogunaPerson)
