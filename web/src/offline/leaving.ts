/** Before somebody signs out: what they wrote here and did not send, and what was kept to read. */

import { css, html } from 'lit'

import { session } from '../house/api'
import { define, DeskElement } from '../house/element'
import { t } from '../house/words'
import { base } from '../parts/base'
import '../parts/dialog'
import type { TogunaDialog } from '../parts/dialog'
import { offline } from './install'
import { queue } from './queue'
import './words'

type Choice = 'stay' | 'keep' | 'wipe'

export class TogunaLeaving extends DeskElement {
  static override properties = { count: { type: Number } }
  static override styles = [
    base,
    css`
      .choices {
        display: grid;
        gap: var(--gap);
      }
    `,
  ]
  count = 0
  private answer: (choice: Choice) => void = () => undefined

  /** What the person wants. Closing the dialog is to stay. */
  async ask(): Promise<Choice> {
    document.body.append(this)
    await this.updateComplete
    const choice = await new Promise<Choice>((resolve) => {
      this.answer = resolve
      this.dialog.show()
    })
    this.remove()
    return choice
  }

  private get dialog(): TogunaDialog {
    return this.renderRoot.querySelector('toguna-dialog') as TogunaDialog
  }

  override render() {
    const button = (choice: Choice, look: string) =>
      html`<button class=${look} data-choice=${choice} @click=${() => this.answer(choice)}>${t(`leave.${choice}`)}</button>`
    return html`<toguna-dialog label=${t('leave.title')} @toguna-closed=${() => this.answer('stay')}>
      <p>${t('leave.text', { n: this.count })}</p>
      <div class="choices">${button('stay', 'main')} ${button('keep', '')} ${button('wipe', 'grave')}</div>
    </toguna-dialog>`
  }
}
define('toguna-leaving', TogunaLeaving)

/** Ask where something is not sent, and clear up; false keeps the person here. */
export async function mayLeave(): Promise<boolean> {
  const count = queue.mine.length
  let choice: Choice = 'wipe'
  if (count) {
    const asking = document.createElement('toguna-leaving') as TogunaLeaving
    asking.count = count
    choice = await asking.ask()
  }
  if (choice === 'stay') return false
  await queue.wipe({ unsent: choice === 'keep' })
  dropDrafts()
  offline.forget()
  return true
}

/** What was typed and never sent, in any form of this person's. */
function dropDrafts(): void {
  const { party, person } = session()
  const theirs = `toguna.draft.${party}.${person?.id ?? ''}.`
  for (const key of Object.keys(localStorage)) if (key.startsWith(theirs)) localStorage.removeItem(key)
}
