/** `<toguna-alert-record>`: an alert in the record's panel, live. */

import { html } from 'lit'

import { BoardRows } from '../house/board'
import { define, DeskElement } from '../house/element'
import type { Shown } from '../house/shapes'
import { t } from '../house/words'
import { problemText } from '../parts/toast'
import './card'
import { TABLES, type Alert } from './shapes'
import './words'

export class TogunaAlertRecord extends DeskElement {
  static override properties = { shown: { attribute: false } }
  shown: Shown | null = null
  private asked = ''
  private board?: BoardRows<Alert>

  override willUpdate(): void {
    const address = this.shown?.address ?? ''
    if (!address || address === this.asked) return
    this.asked = address
    if (this.board) void this.board.seek({ address })
    else this.board = new BoardRows<Alert>(this, 'alerts/alerts', TABLES, { address })
  }

  override render() {
    const { board } = this
    const alert = board?.rows.find((one) => one.address === this.asked)
    if (alert)
      return html`<toguna-alert full .alert=${alert} @toguna-answered=${() => board?.reload()}></toguna-alert>`
    if (board?.problem) return html`<p class="notice bad" role="alert">${problemText(board.problem)}</p>`
    return html`<p class="soft" aria-busy="true">${t('alert.title')}…</p>`
  }
}
define('toguna-alert-record', TogunaAlertRecord)
