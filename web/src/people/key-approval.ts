/** `<toguna-key-approval .key .person>`: a device asks to sign; the keeper compares the
 *  fingerprint, says for which offices and until when, or refuses. */

import { css, html, nothing } from 'lit'

import { post, Problem } from '../house/api'
import { define, DeskElement } from '../house/element'
import { sentence } from '../house/sentences'
import { ago } from '../house/shape'
import { t } from '../house/words'
import { base } from '../parts/base'
import '../parts/index'
import { officeName } from '../parts/small'
import { problemText, toast } from '../parts/toast'
import { spelled, usOf, type KeyShown, type PersonListed } from './people-shapes'
import './words.keeper'
import './words.signin'

export class TogunaKeyApproval extends DeskElement {
  static override properties = {
    key: { attribute: false },
    person: { attribute: false },
    offices: { state: true },
    refusing: { state: true },
    problems: { state: true },
    problem: { state: true },
    busy: { state: true },
  }
  static override styles = [
    base,
    css`
      .card {
        border-color: var(--warn);
        border-width: 2px;
        margin-bottom: 12px;
      }
      .print {
        font: 600 1.35rem/1.4 var(--mono);
        letter-spacing: 0.06em;
        margin: 2px 0 10px;
      }
      .offices {
        display: flex;
        flex-wrap: wrap;
        gap: 0 16px;
      }
      toguna-field {
        max-width: 18rem;
      }
    `,
  ]
  key!: KeyShown
  person?: PersonListed
  /** Those in which it will sign; all that the person holds unless some are taken out. */
  offices: string[] | null = null
  refusing = false
  problems: { until_us?: string; offices?: string; why?: string } = {}
  problem = ''
  busy = false
  private until = ''
  private why = ''

  private async attempt(call: () => Promise<unknown>) {
    if (this.busy) return
    this.busy = true
    this.problem = ''
    this.problems = {}
    try {
      await call()
      this.tell('toguna-people')
    } catch (error) {
      const where = error instanceof Problem ? error.where : ''
      if (where === 'until_us' || where === 'offices' || where === 'why') this.problems = { [where]: sentence((error as Problem).what) }
      else this.problem = problemText(error)
    }
    this.busy = false
  }

  private get chosen(): string[] {
    return this.offices ?? this.person?.offices ?? []
  }

  private approve = () =>
    this.attempt(async () => {
      await post('/api/keys/approve', { id: this.key.id, offices: this.chosen, until_us: usOf(this.until) })
      toast(t('people.approved', { name: this.key.name }), 'good')
    })

  private refuse = () => {
    if (!this.refusing) return void (this.refusing = true)
    if (!this.why.trim()) return void (this.problems = { why: t('signin.needed') })
    void this.attempt(() => post('/api/keys/cancel', { id: this.key.id, why: this.why.trim() }))
  }

  private renderOffices() {
    const held = this.person?.offices ?? []
    const change = (office: string) => (event: Event) => {
      const on = (event.target as HTMLInputElement).checked
      this.offices = held.filter((one) => (one === office ? on : this.chosen.includes(one)))
    }
    return html`<div role="group" aria-label=${t('people.key_offices')}>
      <b>${t('people.key_offices')}</b>
      <div class="offices">
        ${held.map((office) => html`<label class="tick"><input type="checkbox" name="office" value=${office} .checked=${this.chosen.includes(office)} @change=${change(office)} />${officeName(office)}</label>`)}
      </div>
      ${this.problems.offices ? html`<p class="notice bad" role="alert">${this.problems.offices}</p>` : nothing}
    </div>`
  }

  override render() {
    const value = (event: Event) => (event.target as HTMLInputElement).value
    const { key } = this
    return html`<div class="card" data-key=${key.id}>
      <h3>${key.name} · ${key.device}</h3>
      <p class="soft small">${key.person} · ${t('key.asked_on', { ago: ago(key.asked_us) })}</p>
      <p>${t('people.key_ask', { name: key.name })}</p>
      <p class="print">${spelled(key.id)}</p>
      ${this.renderOffices()}
      <toguna-field label=${t('people.key_until')} hint=${t('people.key_until_hint')} error=${this.problems.until_us ?? ''} optional>
        <input type="datetime-local" name="until" @input=${(e: Event) => (this.until = value(e))} />
      </toguna-field>
      ${this.refusing
        ? html`<toguna-field label=${t('people.refuse_why')} error=${this.problems.why ?? ''}>
            <input name="why" maxlength="200" @input=${(e: Event) => (this.why = value(e))} />
          </toguna-field>`
        : nothing}
      ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}
      <div class="row">
        <button class="main" data-approve ?disabled=${this.busy || !this.chosen.length} @click=${this.approve}>
          <toguna-icon name="check"></toguna-icon>${t('people.approve')}
        </button>
        <button class="grave" data-refuse ?disabled=${this.busy} @click=${this.refuse}>${t('people.refuse')}</button>
      </div>
    </div>`
  }
}
define('toguna-key-approval', TogunaKeyApproval)
