/** `<toguna-crossings>`: units that are followed across a border, as each node measures them. */

import { css, html, nothing } from 'lit'

import { define, DeskElement } from '../house/element'
import { recordHash } from '../house/route'
import { clock, duration } from '../house/shape'
import { locale, t } from '../house/words'
import { base } from '../parts/base'
import '../parts/index'
import { CROSSING_SIGNS, kilometres, together, type Crossing, type CrossingRow } from './shapes'
import './words'

export class TogunaCrossings extends DeskElement {
  static override properties = { crossings: { attribute: false }, names: { attribute: false } }
  static override styles = [
    base,
    css`
      :host {
        display: block;
        margin-bottom: 16px;
      }
      ul {
        list-style: none;
        margin: 8px 0 0;
        padding: 0;
        display: grid;
        gap: 8px;
      }
      .one.card {
        display: grid;
        gap: 4px;
        border-left-width: 6px;
      }
      .one.card.good {
        border-left-color: var(--good);
      }
      .one.card.warn {
        border-left-color: var(--warn);
        background: var(--warn-soft);
      }
      .one.card.flash {
        border-color: var(--flash);
        border-left-width: 10px;
        background: var(--flash-soft);
      }
      .word {
        font-weight: 700;
        display: flex;
        gap: 6px;
        align-items: center;
        flex-wrap: wrap;
      }
      .flash .word {
        font-size: 1.15rem;
        color: var(--ink);
      }
      p {
        margin: 0;
      }
      [data-by] {
        display: block;
      }
      a {
        color: var(--ink);
      }
    `,
  ]
  crossings: readonly Crossing[] = []
  names: ReadonlyMap<string, string> = new Map()

  override render() {
    const rows = together(this.crossings)
    if (!rows.length) return nothing
    return html`<section aria-label=${t('operation.crossings')}>
      <h2>${t('operation.crossings')}</h2>
      <ul aria-live="polite">
        ${rows.map((row) => this.row(row))}
      </ul>
    </section>`
  }

  private row({ unit, host, seen, worst }: CrossingRow) {
    const { icon, tone } = CROSSING_SIGNS[worst.state]
    return html`<li class="card one ${tone}" data-unit=${unit} data-state=${worst.state}>
      <p class="row">
        <a href=${recordHash(unit)}>${this.names.get(unit) ?? unit}</a>
        <span>${t('operation.at_border')} <toguna-party id=${host}></toguna-party></span>
        ${worst.about ? html`<a class="small" href=${recordHash(worst.about)}>${t('operation.its_request')}</a>` : nothing}
      </p>
      <p class="word">
        <toguna-icon name=${icon}></toguna-icon>${t(`operation.crossing.${worst.state}`)}
        <span data-measure>${measure(worst)}</span>
      </p>
      <p class="small">
        ${seen.map(
          (one) => html`<span data-by=${one.party} data-state=${one.state}
            >${t('operation.measured_by')} <toguna-party id=${one.party}></toguna-party>
            ${one === worst ? nothing : html`: ${t(`operation.crossing.${one.state}`)} ${measure(one)}`} ${clock(one.at)} UTC</span
          > `,
        )}
      </p>
    </li>`
  }
}
define('toguna-crossings', TogunaCrossings)

/** By how much, in words: kilometres and minutes, and how exactly the place is known. */
export function measure(one: Crossing): string {
  const far = one.beyond_m === undefined ? '' : kilometres(one.beyond_m, locale())
  const late = one.late_s === undefined ? '' : duration(one.late_s * 1_000_000)
  const past = one.state === 'outside' || one.state === 'no_consent'
  const said = [
    far ? t(past ? 'operation.km_beyond' : 'operation.km_left', { far }) : '',
    late ? t(past ? 'operation.min_over' : 'operation.min_left', { late }) : '',
    one.error_m ? `± ${kilometres(one.error_m, locale())}` : '',
  ]
  const respect = ['none', 'position'].includes(one.what) ? '' : t(`operation.respect.${one.what}`)
  return [respect, ...said].filter(Boolean).join(' · ')
}
