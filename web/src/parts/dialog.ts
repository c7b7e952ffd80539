/** `<toguna-dialog label>`: a modal that keeps the focus, closes with Escape and gives the
 *  focus back. Open it with `show()`; it tells `toguna-closed`. */

import { css, html, nothing } from 'lit'

import { define, DeskElement } from '../house/element'
import { t } from '../house/words'
import { base } from './base'
import './icon'

export class TogunaDialog extends DeskElement {
  static override properties = { label: {}, wide: { type: Boolean, reflect: true }, bare: { type: Boolean } }
  static override styles = [
    base,
    css`
      dialog {
        width: min(36rem, calc(100vw - 24px));
        max-height: min(92vh, 60rem);
        padding: 0;
        border: 1px solid var(--line-strong);
        border-radius: 8px;
        background: var(--paper);
        color: var(--ink);
        box-shadow: var(--shadow);
        overflow: hidden;
      }
      dialog[open] {
        display: flex;
        flex-direction: column;
      }
      :host([wide]) dialog {
        width: min(64rem, calc(100vw - 24px));
      }
      dialog::backdrop {
        background: rgb(20 16 10 / 45%);
      }
      header {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: var(--gap);
        padding: 10px 10px 10px 18px;
        border-bottom: 1px solid var(--line);
      }
      .body {
        padding: 16px 18px;
        overflow: auto;
      }
      .body.bare {
        padding: 0;
      }
      footer ::slotted(*) {
        margin-right: var(--gap);
      }
      footer {
        padding: 0 18px;
      }
      @media (max-width: 760px) {
        dialog,
        :host([wide]) dialog {
          width: 100vw;
          max-width: 100vw;
          max-height: 100dvh;
          margin: auto 0 0;
          border-radius: 10px 10px 0 0;
        }
      }
    `,
  ]
  label = ''
  wide = false
  /** Without a head and without padding: a palette. */
  bare = false
  private cameFrom: Element | null = null

  get open(): boolean {
    return this.dialog?.open ?? false
  }

  private get dialog(): HTMLDialogElement | null {
    return this.renderRoot?.querySelector('dialog') ?? null
  }

  async show(): Promise<void> {
    await this.updateComplete
    if (this.open) return
    this.cameFrom = deepActive()
    this.dialog?.showModal()
  }

  close(): void {
    this.dialog?.close()
  }

  private closed = () => {
    const back = this.cameFrom
    this.cameFrom = null
    if (back instanceof HTMLElement && back.isConnected) back.focus()
    this.tell('toguna-closed')
  }

  private clicked = (event: MouseEvent) => {
    if (event.target === this.dialog) this.close()
  }

  override render() {
    return html`<dialog aria-label=${this.label} @close=${this.closed} @click=${this.clicked}>
      ${this.bare
        ? nothing
        : html`<header>
            <h2>${this.label}</h2>
            <button class="plain" @click=${() => this.close()} aria-label=${t('parts.close')}>
              <toguna-icon name="close"></toguna-icon>
            </button>
          </header>`}
      <div class="body ${this.bare ? 'bare' : ''}"><slot></slot></div>
    </dialog>`
  }
}
define('toguna-dialog', TogunaDialog)

/** The element that has the focus, through all shadow trees. */
export function deepActive(): Element | null {
  let found = document.activeElement
  while (found?.shadowRoot?.activeElement) found = found.shadowRoot.activeElement
  return found
}
