/** `<toguna-alert-form>`: a new alert. What is typed stays when the node refuses. */

import { css, html, nothing } from 'lit'

import { post, Problem } from '../house/api'
import { nowUs } from '../house/clock'
import { define, DeskElement } from '../house/element'
import { go, recordHash } from '../house/route'
import { sentence } from '../house/sentences'
import { signAct } from '../house/signing'
import { withoutPath } from '../house/where'
import { t } from '../house/words'
import { base } from '../parts/base'
import '../parts/field'
import '../parts/icon'
import '../parts/party-ticks'
import { officeName } from '../parts/small'
import { problemText, toast } from '../parts/toast'
import { placeText } from '../sharing/report-draft'
import { parsePlace } from '../sharing/place'
import { bodyOf, CATEGORIES, emptyDraft, fieldOf, LEVELS, type Draft, type Field, type Problems } from './draft'
import './words'

const OFFICES = ['duty', 'liaison', 'analyst', 'j3', 'j4', 'air', 'protection', 'command', 'field']

export class TogunaAlertForm extends DeskElement {
  static override properties = {
    draft: { state: true },
    problems: { state: true },
    problem: { state: true },
    busy: { state: true },
    map_open: { state: true },
    english: { state: true },
  }
  static override styles = [
    base,
    css`
      :host {
        display: block;
        container-type: inline-size;
      }
      .halves {
        display: grid;
        gap: 16px;
      }
      .twos {
        display: grid;
        gap: 0 12px;
        grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr));
      }
      fieldset {
        margin-bottom: 14px;
      }
      .levels {
        display: flex;
        flex-wrap: wrap;
        gap: 0 18px;
      }
      toguna-map-box {
        display: block;
        height: 18rem;
        margin: 0 0 14px;
      }
      @container (min-width: 46rem) {
        .halves {
          grid-template-columns: minmax(0, 1.2fr) minmax(0, 1fr);
        }
      }
    `,
  ]
  draft: Draft = emptyDraft()
  private problems: Problems = {}
  private problem = ''
  private busy = false
  private map_open = false
  private english = false

  private put(changes: Partial<Draft>) {
    this.draft = { ...this.draft, ...changes }
    const left = { ...this.problems }
    for (const name of Object.keys(changes)) delete left[name as Field]
    this.problems = left
  }

  private submit = async (event: Event) => {
    event.preventDefault()
    if (this.busy) return
    const { body, problems } = bodyOf(this.draft, nowUs())
    this.problems = problems
    this.problem = ''
    if (Object.keys(problems).length) return this.showFirst()
    this.busy = true
    try {
      const address = await this.give(body)
      if (address) {
        toast(t('alert.given', { address }), 'good')
        this.draft = emptyDraft()
        go(recordHash(address))
      }
    } catch (error) {
      this.refused(error)
    }
    this.busy = false
  }

  private async give(body: object): Promise<string> {
    if (this.draft.to.length === 0) {
      const { addresses } = await post<{ addresses: string[] }>('/api/alerts/alert', { body })
      return addresses[0] ?? ''
    }
    const flash = this.draft.level !== 'routine'
    const said = await signAct({ act: 'write', kind: 'alerts.alert', body, label: { to: this.draft.to }, flash })
    return said?.address ?? ''
  }

  private refused(error: unknown) {
    const field = error instanceof Problem ? fieldOf(error.where, error.what) : null
    if (field && error instanceof Problem) {
      this.problems = { [field]: [sentence(withoutPath(error.what)), sentence(error.remedy)].filter(Boolean).join('. ') }
      this.showFirst()
    } else this.problem = problemText(error)
  }

  private showFirst() {
    void this.updateComplete.then(() => {
      const wrong = this.renderRoot.querySelector<HTMLElement>(
        'toguna-field[error]:not([error=""]), toguna-party-ticks[error]:not([error=""])',
      )
      wrong?.scrollIntoView({ block: 'center' })
      wrong?.focus()
    })
  }

  private error(name: Field): string {
    const said = this.problems[name]
    return said ? sentence(said) : ''
  }

  private line(name: Field, label: string, more: { hint?: string; optional?: boolean; mode?: string; most?: number } = {}) {
    return html`<toguna-field label=${t(label)} hint=${more.hint ? t(more.hint) : ''} error=${this.error(name)} ?optional=${more.optional}>
      <input
        name=${name}
        autocomplete="off"
        inputmode=${more.mode ?? nothing}
        maxlength=${more.most ?? 200}
        .value=${String(this.draft[name])}
        @input=${(event: Event) => this.put({ [name]: (event.target as HTMLInputElement).value })}
      />
    </toguna-field>`
  }

  private area(name: 'text' | 'text_en', label: string, optional = false) {
    return html`<toguna-field label=${t(label)} error=${this.error(name)} ?optional=${optional}>
      <textarea
        name=${name}
        rows="4"
        maxlength="20000"
        .value=${this.draft[name]}
        @input=${(event: Event) => this.put({ [name]: (event.target as HTMLTextAreaElement).value })}
      ></textarea>
    </toguna-field>`
  }

  private choice(name: Field, label: string, values: readonly string[], say: (one: string) => string, empty = '') {
    return html`<toguna-field label=${t(label)} error=${this.error(name)}>
      <select name=${name} @change=${(event: Event) => this.put({ [name]: (event.target as HTMLSelectElement).value })}>
        ${empty ? html`<option value="" ?selected=${!this.draft[name]}>${empty}</option>` : nothing}
        ${values.map((one) => html`<option value=${one} ?selected=${this.draft[name] === one}>${say(one)}</option>`)}
      </select>
    </toguna-field>`
  }

  private levels() {
    return html`<fieldset>
      <legend>${t('alert.level')}</legend>
      <div class="levels">
        ${LEVELS.map(
          (level) => html`<label class="tick">
            <input
              type="radio"
              name="level"
              value=${level}
              .checked=${this.draft.level === level}
              @change=${() => this.put({ level })}
            />${t(`alert.level.${level}`)}
          </label>`,
        )}
      </div>
      <p class="small soft">${t('alert.level_hint')}</p>
    </fieldset>`
  }

  private toggleMap = () => {
    this.map_open = !this.map_open
    if (this.map_open) void import('../sharing/map-box')
  }

  private picked = (event: Event) => {
    const { lat_e7, lon_e7 } = (event as CustomEvent<{ lat_e7: number; lon_e7: number }>).detail
    event.stopPropagation()
    this.put({ place: placeText(lat_e7, lon_e7) })
  }

  private where() {
    const place = parsePlace(this.draft.place)
    const radius_m = Number(this.draft.radius_m) || 0
    return html`<fieldset>
      <legend>${t('alert.where')}</legend>
      ${this.line('place', 'alert.position', { hint: 'alert.position_hint', optional: true })}
      <p>
        <button type="button" data-map aria-expanded=${this.map_open} @click=${this.toggleMap}>
          <toguna-icon name="map"></toguna-icon>${t(this.map_open ? 'alert.close_map' : 'alert.on_map')}
        </button>
      </p>
      ${this.map_open
        ? html`<toguna-map-box
            picks
            .circles=${place ? [{ ...place, radius_m }] : []}
            @toguna-picked=${this.picked}
          ></toguna-map-box>`
        : nothing}
      <div class="twos">
        ${this.line('place_name', 'alert.place_name', { optional: true })}
        ${this.line('radius_m', 'alert.radius', { optional: true, mode: 'numeric', most: 10 })}
      </div>
    </fieldset>`
  }

  private clocks() {
    return html`<fieldset>
      <legend>${t('alert.clocks')}</legend>
      <div class="twos">
        ${this.line('ack_within_s', 'alert.ack_within', { mode: 'numeric', most: 8 })}
        ${this.line('escalate_after_s', 'alert.escalate_after', { mode: 'numeric', most: 8 })}
        ${this.choice('for_office', 'alert.for_office', OFFICES, officeName)}
        ${this.choice('escalate_to', 'alert.escalate_to', OFFICES, officeName)}
        ${this.line('valid_h', 'alert.valid_h', { mode: 'numeric', most: 5 })}
      </div>
      <p class="small soft">${t('alert.clocks_hint')}</p>
    </fieldset>`
  }

  override render() {
    const wrong = Object.keys(this.problems).length
    const parties = (event: Event) => this.put({ to: (event as CustomEvent<string[]>).detail })
    return html`<form novalidate @submit=${this.submit}>
      <toguna-party-ticks
        label=${t('alert.to')}
        error=${this.error('to')}
        .chosen=${this.draft.to}
        @toguna-parties=${parties}
      >
        <label class="tick">
          <input
            type="checkbox"
            name="also_ours"
            .checked=${this.draft.also_ours}
            @change=${(event: Event) => this.put({ also_ours: (event.target as HTMLInputElement).checked, to: [...this.draft.to] })}
          />${t('alert.also_ours')}
        </label>
      </toguna-party-ticks>
      <div class="halves">
        <div>
          ${this.levels()}
          ${this.choice('category', 'alert.what', CATEGORIES, (one) => t(`alert.category.${one}`), t('alert.choose'))}
          ${this.line('title', 'alert.head', { hint: 'alert.head_hint' })} ${this.area('text', 'alert.text')}
          ${this.english
            ? html`${this.line('title_en', 'alert.head_en', { optional: true })} ${this.area('text_en', 'alert.text_en', true)}`
            : html`<p><button type="button" class="plain" @click=${() => (this.english = true)}>${t('alert.english')}</button></p>`}
        </div>
        <div>${this.where()} ${this.clocks()}</div>
      </div>
      ${wrong ? html`<p class="notice bad" role="alert">${t('alert.problems', { n: wrong })}</p>` : nothing}
      ${this.problem ? html`<p class="notice bad" role="alert">${t('alert.refused')} : ${this.problem}</p>` : nothing}
      <button class="main" type="submit" ?disabled=${this.busy}>
        <toguna-icon name="sign"></toguna-icon>${t(this.busy ? 'alert.giving' : 'alert.give_do')}
      </button>
    </form>`
  }
}
define('toguna-alert-form', TogunaAlertForm)
