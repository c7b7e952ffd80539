/** `<toguna-sector>`: one sector: its state, who stands how in it, and what was reported there. */

import { css, html, nothing } from 'lit'

import { session } from '../house/api'
import { eyes } from '../house/eyes'
import { define, DeskElement } from '../house/element'
import { hashOf, recordHash } from '../house/route'
import { moment, number } from '../house/shape'
import { language, t } from '../house/words'
import { base } from '../parts/base'
import '../parts/index'
import { officeName, partyName } from '../parts/small'
import { nameOf, shares, SIGNS, TONES, type Sector, type Side, type State } from './shapes'
import './words'

export class TogunaSector extends DeskElement {
  static override properties = { sector: { attribute: false } }
  static override styles = [
    base,
    css`
      :host {
        display: block;
        container-type: inline-size;
      }
      article {
        display: grid;
        gap: 10px;
        border-left-width: 6px;
      }
      article.bad {
        border-left-color: var(--bad);
      }
      article.warn {
        border-left-color: var(--warn);
      }
      article.good {
        border-left-color: var(--good);
      }
      h2 a {
        color: var(--ink);
        text-decoration-thickness: 1px;
        text-underline-offset: 3px;
      }
      td .small {
        display: block;
      }
      .counts {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr));
        gap: 4px 18px;
        margin: 0;
      }
      .counts div {
        display: flex;
        justify-content: space-between;
        gap: 10px;
        border-bottom: 1px dotted var(--line);
      }
      .counts dt {
        color: var(--ink-soft);
      }
      .counts dd {
        margin: 0;
        font-weight: 600;
        font-variant-numeric: tabular-nums;
      }
      p {
        margin: 0;
      }
      @container (max-width: 38rem) {
        table,
        tbody,
        tr,
        td {
          display: block;
          width: 100%;
        }
        thead {
          display: none;
        }
        tr {
          border: 1px solid var(--line);
          border-radius: var(--radius);
          padding: 6px 0;
          margin-bottom: 8px;
        }
        td {
          border: 0;
          padding: 3px 10px;
        }
        td[data-label]::before {
          content: attr(data-label) ' ';
          color: var(--ink-soft);
          font-size: 0.8125rem;
        }
      }
    `,
  ]
  sector!: Sector

  private chip(state: State) {
    return html`<span class="chip ${TONES[state]}" data-state=${state}
      ><toguna-icon name=${SIGNS[state]}></toguna-icon>${t(`border.state.${state}`)}</span
    >`
  }

  override render() {
    const { sector } = this
    const mine = shares(sector, session().party) && !eyes()
    const address = sector.address.split('/')
    return html`<article class="card ${TONES[sector.state]}" data-address=${sector.address}>
      <header class="row spread">
        <h2><a href=${recordHash(sector.address)}>${nameOf(sector, language())}</a></h2>
        ${this.chip(sector.state)}
      </header>
      ${sector.contradicted ? html`<p class="notice" role="note">${t('border.contradicted')}</p>` : nothing}
      ${this.sides()} ${this.counts()}
      <footer class="row spread small soft">
        <span>
          ${t('border.drawn_by')} <toguna-party id=${sector.party}></toguna-party>${sector.neighbours.length
            ? html` · ${t('border.neighbours', { names: sector.neighbours.join(', ') })}`
            : nothing}
        </span>
        ${mine
          ? html`<span class="row">
              <a class="button" href=${hashOf('borders', ['posture', ...address])}>${t('border.stance')}</a>
              <a class="button" href=${hashOf('borders', ['watch', ...address])}>${t('border.report')}</a>
            </span>`
          : nothing}
      </footer>
    </article>`
  }

  private sides() {
    return html`<table>
      <thead>
        <tr>
          <th>${t('border.party')}</th>
          <th>${t('border.last_word')}</th>
          <th>${t('border.posture')}</th>
          <th>${t('border.gaps')}</th>
          <th>${t('border.contact')}</th>
        </tr>
      </thead>
      <tbody>
        ${this.sector.sides.map((side) => this.side(side))}
      </tbody>
    </table>`
  }

  private side(side: Side) {
    return html`<tr data-party=${side.party}>
      <td><toguna-party id=${side.party}></toguna-party> <span class="small soft">${partyName(side.party)}</span></td>
      <td data-label=${t('border.last_word')}>${this.chip(side.state)}<span class="small soft">${this.when(side)}</span></td>
      <td data-label=${t('border.posture')}>${this.posture(side)}</td>
      <td data-label=${t('border.gaps')}>${this.gaps(side)}</td>
      <td data-label=${t('border.contact')}>${side.contact ?? html`<span class="soft">—</span>`}</td>
    </tr>`
  }

  /** Who said it and when; of silence, since when. */
  private when(side: Side) {
    if (side.said_at_us !== null) {
      const said = { office: side.said_by ? officeName(side.said_by) : partyName(side.party), when: moment(side.said_at_us) }
      return t('border.said', said)
    }
    return side.last_us === null ? t('border.never') : t('border.speaks_until', { when: moment(side.last_us) })
  }

  private posture(side: Side) {
    if (!side.posture) return html`<span class="soft">${t('border.posture.none')}</span>`
    return html`<a href=${recordHash(side.posture_address ?? '')}>${t(`border.posture.${side.posture}`)}</a>
      ${side.posture_over ? html`<span class="chip warn">${t('border.posture_over')}</span>` : nothing}
      <span class="small soft"
        >${side.posture_at_us ? moment(side.posture_at_us) : nothing}${side.posture_until_us
          ? html`, ${t('border.until', { when: moment(side.posture_until_us) })}`
          : nothing}</span
      >
      ${side.note ? html`<span class="small">${side.note}</span>` : nothing}`
  }

  private gaps(side: Side) {
    return html`${side.gaps.length
        ? side.gaps.map(
            (gap) => html`<span class="small"><strong>${moment(gap.from_us)} – ${moment(gap.to_us)}</strong> ${gap.why}</span>`,
          )
        : html`<span class="small soft">${t('border.no_gap')}</span>`}
      <span class="small soft">${t('border.unwatched', { n: side.unwatched_h })}</span>`
  }

  private counts() {
    const { sector } = this
    const line = (name: string, count: number, title = '') =>
      html`<div title=${title}><dt>${name}</dt><dd>${number(count)}</dd></div>`
    const may = t('border.may_be')
    return html`<dl class="counts small">
        ${line(`${t('border.incidents')} · ${t('border.inside')}`, sector.incidents_inside)}
        ${line(`${t('border.incidents')} · ${may}`, sector.incidents_may_be, t('border.may_be_hint'))}
        ${line(`${t('border.others')} · ${t('border.inside')}`, sector.others_inside)}
        ${line(`${t('border.others')} · ${may}`, sector.others_may_be, t('border.may_be_hint'))}
      </dl>
      ${sector.unplaced ? html`<p class="small soft">${t('border.unplaced', { n: sector.unplaced })}</p>` : nothing}`
  }
}
define('toguna-sector', TogunaSector)
