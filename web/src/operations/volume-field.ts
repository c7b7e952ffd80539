/** `<toguna-volume-field>`: where, how high and when: typed, pasted, or picked on the map, and
 *  drawn at once. Tells `toguna-volume` with the draft. */

import { css, html, nothing } from 'lit'

import { define, DeskElement } from '../house/element'
import { sentence } from '../house/sentences'
import { t } from '../house/words'
import { base } from '../parts/base'
import '../parts/field'
import '../parts/icon'
import { placeText } from '../sharing/report-draft'
import type { VolumeDraft } from './draft'
import './words'

type Shape = VolumeDraft['shape']

export class TogunaVolumeField extends DeskElement {
  static override properties = {
    label: {},
    at: {},
    value: { attribute: false },
    shapes: { attribute: false },
    problems: { attribute: false },
    mapOpen: { state: true },
  }
  static override styles = [
    base,
    css`
      :host {
        display: block;
        margin-bottom: 14px;
      }
      .shapes {
        display: flex;
        flex-wrap: wrap;
        gap: 0 18px;
      }
      .twos {
        display: grid;
        gap: 0 12px;
        grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr));
      }
    `,
  ]
  label = ''
  at = 'volume'
  value!: VolumeDraft
  shapes: readonly Shape[] = ['area', 'line']
  problems: Record<string, string> = {}
  private mapOpen = false

  private put(changes: Partial<VolumeDraft>) {
    this.value = { ...this.value, ...changes }
    this.tell('toguna-volume', this.value)
  }

  private error(name: string): string {
    const said = this.problems[`${this.at}.${name}`]
    return said ? sentence(said) : ''
  }

  private line(name: keyof VolumeDraft, field: string, label: string, more: { type?: string; hint?: string } = {}) {
    return html`<toguna-field
      label=${t(label)}
      hint=${more.hint ? t(more.hint) : ''}
      error=${this.error(field)}
    >
      <input
        name=${name}
        type=${more.type ?? 'text'}
        autocomplete="off"
        .value=${this.value[name]}
        @input=${(event: Event) => this.put({ [name]: (event.target as HTMLInputElement).value })}
      />
    </toguna-field>`
  }

  private picked = (event: Event) => {
    event.stopPropagation()
    const { lat_e7, lon_e7 } = (event as CustomEvent<{ lat_e7: number; lon_e7: number }>).detail
    this.put({ points: [this.value.points.trim(), placeText(lat_e7, lon_e7)].filter(Boolean).join('\n') })
  }

  private openMap = () => {
    this.mapOpen = !this.mapOpen
    if (this.mapOpen) void import('../sharing/map-box')
  }

  private undo = () => this.put({ points: this.value.points.trim().split('\n').slice(0, -1).join('\n') })

  private places() {
    return html`<toguna-field
        label=${t(`operation.points.${this.value.shape}`)}
        hint=${t('operation.points_hint')}
        error=${this.error('points')}
      >
        <textarea
          name="points"
          rows="4"
          .value=${this.value.points}
          @input=${(event: Event) => this.put({ points: (event.target as HTMLTextAreaElement).value })}
        ></textarea>
      </toguna-field>
      <p class="row">
        <button type="button" data-map aria-expanded=${this.mapOpen} @click=${this.openMap}>
          <toguna-icon name="map"></toguna-icon>${t(this.mapOpen ? 'operation.close_map' : 'operation.pick')}
        </button>
        <button type="button" ?disabled=${!this.value.points.trim()} @click=${this.undo}>
          <toguna-icon name="back"></toguna-icon>${t('operation.undo')}
        </button>
      </p>
      ${this.mapOpen ? html`<toguna-map-box picks @toguna-picked=${this.picked}></toguna-map-box>` : nothing}`
  }

  override render() {
    const { shape } = this.value
    return html`<fieldset>
      <legend>${this.label}</legend>
      <div class="shapes" role="radiogroup" aria-label=${t('operation.shape')}>
        ${this.shapes.map(
          (one) => html`<label class="tick">
            <input
              type="radio"
              name=${`shape-${this.at}`}
              value=${one}
              .checked=${shape === one}
              @change=${() => this.put({ shape: one })}
            />${t(`operation.shape.${one}`)}
          </label>`,
        )}
      </div>
      ${shape === 'border' ? nothing : this.places()}
      <div class="twos">
        ${shape === 'line' ? this.line('half_width_km', 'half_width_m', 'operation.half_width') : nothing}
        ${this.line('from', 'from_us', 'operation.from_utc', { type: 'datetime-local' })}
        ${this.line('until', 'until_us', 'operation.until_utc', { type: 'datetime-local' })}
        ${this.line('floor_m', 'floor_m', 'operation.floor', { hint: 'operation.floor_hint' })}
        ${this.line('ceiling_m', 'ceiling_m', 'operation.ceiling', { hint: 'operation.ceiling_hint' })}
      </div>
      <slot></slot>
    </fieldset>`
  }
}
define('toguna-volume-field', TogunaVolumeField)
