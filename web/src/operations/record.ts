/** `<toguna-passage-record>`: a request to cross in the record's panel, live. */

import { html } from 'lit'

import { BoardRows } from '../house/board'
import { define, DeskElement } from '../house/element'
import type { Shown } from '../house/shapes'
import { t } from '../house/words'
import { problemText } from '../parts/toast'
import './request-card'
import { REQUEST_TABLES, UNIT_TABLES, type Request, type Unit } from './shapes'
import './words'

export class TogunaPassageRecord extends DeskElement {
  static override properties = { shown: { attribute: false } }
  shown: Shown | null = null
  private readonly board = new BoardRows<Request>(this, 'operations/requests', REQUEST_TABLES)
  private readonly units = new BoardRows<Unit>(this, 'operations/units', UNIT_TABLES)

  override render() {
    const { board } = this
    const request = board.rows.find((one) => one.address === this.shown?.address)
    const names = new Map(this.units.rows.map((unit) => [unit.address, unit.name]))
    if (request)
      return html`<toguna-passage .request=${request} .names=${names} @toguna-answered=${() => board.reload()}></toguna-passage>`
    if (board.problem) return html`<p class="notice bad" role="alert">${problemText(board.problem)}</p>`
    return html`<p class="soft" aria-busy=${board.loading}>${t(board.loading ? 'desk.loading' : 'operation.gone')}</p>`
  }
}
define('toguna-passage-record', TogunaPassageRecord)
