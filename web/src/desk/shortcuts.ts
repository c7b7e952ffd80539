/** `<toguna-shortcuts>`: the keys and what they do. */

import { css, html, nothing } from 'lit'

import { define, DeskElement } from '../house/element'
import { t } from '../house/words'
import { base } from '../parts/base'
import type { TogunaDialog } from '../parts/dialog'
import { letLettersAct, lettersAct, SHORTCUTS } from './keys'

export class TogunaShortcuts extends DeskElement {
  static override properties = { shown: { state: true } }
  static override styles = [
    base,
    css`
      dl {
        display: grid;
        grid-template-columns: max-content 1fr;
        gap: 8px 18px;
        margin: 0 0 14px;
      }
      dd {
        margin: 0;
      }
    `,
  ]
  private shown = false

  async show(): Promise<void> {
    this.shown = true
    await this.updateComplete
    await this.renderRoot.querySelector<TogunaDialog>('toguna-dialog')?.show()
  }

  override render() {
    if (!this.shown) return nothing
    return html`<toguna-dialog label=${t('keys.help')} @toguna-closed=${() => (this.shown = false)}>
      <dl>
        ${SHORTCUTS.map(
          ([key, what]) => html`<dt>${key.split('+').map((one) => html`<kbd>${one}</kbd> `)}</dt>
            <dd>${t(what)}</dd>`,
        )}
      </dl>
      <label class="tick"
        ><input
          type="checkbox"
          .checked=${lettersAct()}
          @change=${(event: Event) => letLettersAct((event.target as HTMLInputElement).checked)}
        />${t('keys.letters')}</label
      >
    </toguna-dialog>`
  }
}
define('toguna-shortcuts', TogunaShortcuts)
