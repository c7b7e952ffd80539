/** A line at the foot of the page with one thing to do; it stays until it is done or closed. */

import { css, html } from 'lit'

import { define, DeskElement } from '../house/element'
import { t } from '../house/words'
import { base } from '../parts/base'
import '../parts/icon'

export class TogunaOffer extends DeskElement {
  static override properties = { text: {}, act: {} }
  static override styles = [
    base,
    css`
      :host {
        position: fixed;
        inset: auto 12px max(12px, env(safe-area-inset-bottom)) auto;
        z-index: 50;
        display: flex;
        align-items: center;
        gap: var(--gap);
        padding: 8px 8px 8px 16px;
        color: var(--ink);
        background: var(--paper-raised);
        border: 1px solid var(--line-strong);
        border-radius: var(--radius);
        box-shadow: var(--shadow);
      }
    `,
  ]
  text = ''
  act = ''
  run = (): void => undefined

  override render() {
    return html`<span role="status">${this.text}</span>
      <button class="main" @click=${() => this.run()}>${this.act}</button>
      <button class="plain" aria-label=${t('parts.close')} @click=${() => this.remove()}>
        <toguna-icon name="close"></toguna-icon>
      </button>`
  }
}
define('toguna-offer', TogunaOffer)

/** Offer it; what was offered before goes. */
export function offer(text: string, act: string, run: () => void): void {
  document.querySelector('toguna-offer')?.remove()
  const shown = document.createElement('toguna-offer') as TogunaOffer
  Object.assign(shown, { text, act, run })
  document.body.append(shown)
}
