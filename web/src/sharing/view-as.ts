/** "View as": a strong bar and frame over the whole page while one looks through another's eyes;
 *  Escape leaves. And the dialog in which one chooses whose. */

import { css, html, nothing } from 'lit'

import { session } from '../house/api'
import { define, DeskElement } from '../house/element'
import { eyes, lookAs, onEyes } from '../house/eyes'
import { t } from '../house/words'
import { base } from '../parts/base'
import type { TogunaDialog } from '../parts/dialog'
import '../parts/index'
import { partyName } from '../parts/small'
import { partyIds } from './home'
import './words.view'

export class TogunaEyes extends DeskElement {
  static override styles = [
    base,
    css`
      .frame {
        position: fixed;
        inset: 0;
        border: 6px solid var(--flash);
        pointer-events: none;
        z-index: 40;
      }
      .bar {
        position: fixed;
        inset: 0 0 auto 0;
        min-height: 52px;
        z-index: 41;
        background: var(--flash);
        color: var(--flash-ink);
        display: flex;
        align-items: center;
        gap: 14px;
        padding: 6px 18px;
        font-weight: 600;
      }
      .bar button {
        margin-left: auto;
        background: var(--flash-ink);
        color: var(--flash);
        border-color: var(--flash-ink);
      }
      kbd {
        color: inherit;
        background: transparent;
        border-color: currentColor;
      }
      @media (max-width: 760px) {
        kbd {
          display: none;
        }
      }
    `,
  ]
  private end?: () => void

  override connectedCallback() {
    super.connectedCallback()
    this.end = onEyes(() => (eyes() ? this.requestUpdate() : this.remove()))
    document.addEventListener('keydown', this.pressed, true)
  }

  override disconnectedCallback() {
    super.disconnectedCallback()
    this.end?.()
    document.removeEventListener('keydown', this.pressed, true)
  }

  private pressed = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return
    event.preventDefault()
    event.stopPropagation()
    lookAs('')
  }

  override render() {
    if (!eyes()) return nothing
    return html`<div class="frame" aria-hidden="true"></div>
      <div class="bar" role="status" data-eyes=${eyes()}>
        <toguna-icon name="eye"></toguna-icon>
        <span>${t('eyes.looking', { party: partyName(eyes()) })}</span>
        <button @click=${() => lookAs('')}>${t('eyes.leave')} <kbd>${t('eyes.leave_key')}</kbd></button>
      </div>`
  }
}
define('toguna-eyes', TogunaEyes)

/** Look as this party from now on, under the bar. */
export function viewAs(party: string): void {
  lookAs(party)
  if (party && !document.querySelector('toguna-eyes')) document.body.append(document.createElement('toguna-eyes'))
}

export class TogunaEyesChooser extends DeskElement {
  static override styles = [
    base,
    css`
      .parties {
        display: grid;
        gap: 8px;
      }
    `,
  ]

  async open() {
    await this.updateComplete
    await (this.renderRoot.querySelector('toguna-dialog') as TogunaDialog).show()
  }

  private choose(party: string) {
    ;(this.renderRoot.querySelector('toguna-dialog') as TogunaDialog).close()
    viewAs(party)
  }

  override render() {
    const parties = partyIds().filter((party) => party !== session().party)
    return html`<toguna-dialog label=${t('eyes.choose')} @toguna-closed=${() => this.remove()}>
      <p class="soft">${t('eyes.choose_lead')}</p>
      <div class="parties">
        ${parties.map((party) => html`<button data-view=${party} @click=${() => this.choose(party)}>
          <toguna-icon name="eye"></toguna-icon>${partyName(party)} <span class="mono soft">${party}</span>
        </button>`)}
      </div>
    </toguna-dialog>`
  }
}
define('toguna-eyes-chooser', TogunaEyesChooser)

/** Ask as whom to look. */
export function chooseEyes(): void {
  const chooser = document.createElement('toguna-eyes-chooser') as TogunaEyesChooser
  document.body.append(chooser)
  void chooser.open()
}
