/** `<toguna-map-list>`: what is in view as a table, for whoever reads rather than looks. */

import { css, html, nothing } from 'lit'

import { define, DeskElement } from '../house/element'
import { recordHash } from '../house/route'
import { degrees, distance, mgrsOf } from '../house/shape'
import { t } from '../house/words'
import { base } from '../parts/base'
import '../parts/small'
import { categoryName } from './hint'
import { latOf, lonOf } from './mercator'
import type { Picture } from './picture'

/** As many rows as are written out. */
export const LISTED = 200

export class TogunaMapList extends DeskElement {
  static override properties = {
    picture: { attribute: false },
    rows: { attribute: false },
    count: { type: Number },
    version: { type: Number },
  }
  static override styles = [
    base,
    css`
      :host {
        display: flex;
        flex-direction: column;
        background: var(--paper-raised);
        border: 1px solid var(--line);
        border-radius: var(--radius);
        box-shadow: var(--shadow);
        overflow: hidden;
      }
      header {
        display: flex;
        align-items: center;
        gap: 10px;
        padding: 6px 8px 6px 14px;
        border-bottom: 1px solid var(--line);
      }
      h2 {
        font-size: 1rem;
        margin: 0;
        flex: 1;
      }
      .all {
        overflow: auto;
        flex: 1;
        padding: 0 4px 8px;
      }
      .all:focus-visible {
        outline-offset: -3px;
      }
      p {
        margin: 10px;
      }
      table {
        width: 100%;
      }
      th {
        position: sticky;
        top: 0;
        background: var(--paper-raised);
        text-align: left;
        white-space: nowrap;
      }
      th,
      td {
        padding: 5px 8px;
        vertical-align: top;
        border-bottom: 1px solid var(--line);
      }
      .mono {
        font-family: var(--mono);
        font-size: 0.8em;
      }
    `,
  ]
  picture!: Picture
  /** Rows of the picture, newest first. */
  rows: number[] = []
  /** How many there are in view in all. */
  count = 0
  version = 0

  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>('.all')?.focus()
  }

  private line(row: number) {
    const { picture } = this
    const [lat_e7, lon_e7] = [Math.round(latOf(picture.y[row]!) * 1e7), Math.round(lonOf(picture.x[row]!) * 1e7)]
    const grade = picture.grades[picture.grade[row]!] ?? ''
    const radius = picture.radius[row]!
    const address = picture.address(row)
    return html`<tr>
      <td><a href=${recordHash(address)}>${categoryName(picture.categories[picture.category[row]!] ?? '')}</a></td>
      <td><toguna-party id=${picture.parties[picture.party[row]!] ?? ''}></toguna-party></td>
      <td><toguna-when us=${picture.at[row]!}></toguna-when></td>
      <td>${grade ? html`<toguna-grade grade=${grade[0]!} credibility=${grade.slice(1)}></toguna-grade>` : nothing}</td>
      <td>
        ${degrees(lat_e7, lon_e7, 2)}<br /><span class="mono">${mgrsOf(lat_e7, lon_e7, 3)}</span><br />
        <span class="soft">${radius ? t('map.within', { distance: distance(radius) }) : t('map.not_said')}</span>
      </td>
    </tr>`
  }

  override render() {
    const more = this.count - this.rows.length
    return html`<header>
        <h2>${t('map.in_view', { n: this.count })}</h2>
        <button type="button" class="plain" aria-label=${t('map.close')} @click=${() => this.tell('toguna-close')}>
          <toguna-icon name="close"></toguna-icon>
        </button>
      </header>
      <div class="all" tabindex="0" role="region" aria-label=${t('map.table')}>
        ${this.count === 0 ? html`<p>${t('map.nothing')}</p>` : this.table()}
        ${more > 0 ? html`<p class="soft">${t('map.listed', { n: this.rows.length })}</p>` : nothing}
      </div>`
  }

  private table() {
    const heads = ['what', 'whose', 'when', 'grade', 'where']
    return html`<table>
      <caption class="unseen">
        ${t('map.table')}
      </caption>
      <thead>
        <tr>
          ${heads.map((head) => html`<th scope="col">${t(`map.${head}`)}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${this.rows.map((row) => this.line(row))}
      </tbody>
    </table>`
  }
}
define('toguna-map-list', TogunaMapList)
