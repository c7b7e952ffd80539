/** `<toguna-question-record>`: a question in the record's panel, live. */

import { html } from 'lit'

import { BoardRows } from '../house/board'
import { define, DeskElement } from '../house/element'
import type { Shown } from '../house/shapes'
import { t } from '../house/words'
import { problemText } from '../parts/toast'
import './card'
import { TABLES, type Question } from './shapes'
import './words'

export class TogunaQuestionRecord extends DeskElement {
  static override properties = { shown: { attribute: false } }
  shown: Shown | null = null
  private asked = ''
  private board?: BoardRows<Question>

  override willUpdate(): void {
    const address = this.shown?.address ?? ''
    if (!address || address === this.asked) return
    this.asked = address
    if (this.board) void this.board.seek({ address })
    else this.board = new BoardRows<Question>(this, 'questions/questions', TABLES, { address })
  }

  override render() {
    const { board } = this
    const found = board?.rows.find((one) => one.address === this.asked)
    if (found)
      return html`<toguna-question full .question=${found} @toguna-answered=${() => board?.reload()}></toguna-question>`
    if (board?.problem) return html`<p class="notice bad" role="alert">${problemText(board.problem)}</p>`
    return html`<p class="soft" aria-busy="true">${t('question.title')}…</p>`
  }
}
define('toguna-question-record', TogunaQuestionRecord)
