/** `toast(message)`: one line that is read out and goes away by itself. */

import { css, html, LitElement } from 'lit'

import { Problem } from '../house/api'
import { define } from '../house/element'
import { sentence } from '../house/sentences'
import { Speaks, t } from '../house/words'
import { base } from './base'
import './icon'

type Tone = 'plain' | 'good' | 'bad'
interface Said {
  id: number
  text: string
  tone: Tone
}

const STAYS_MS = 6_000
const BAD_STAYS_MS = 15_000

export class TogunaToasts extends LitElement {
  static override properties = { said: { state: true } }
  static override styles = [
    base,
    css`
      :host {
        position: fixed;
        inset: auto 0 max(18px, env(safe-area-inset-bottom)) 0;
        display: grid;
        justify-items: center;
        gap: var(--gap);
        pointer-events: none;
        z-index: 60;
        border: 0;
        padding: 0 12px;
        margin: 0;
        width: 100%;
        background: none;
        overflow: visible;
      }
      div {
        pointer-events: auto;
        display: flex;
        gap: 10px;
        align-items: center;
        max-width: min(46rem, 100%);
        background: var(--ink);
        color: var(--paper);
        border-radius: var(--radius);
        padding: 6px 6px 6px 16px;
        box-shadow: var(--shadow);
      }
      div.bad {
        background: var(--bad);
      }
      button {
        color: inherit;
      }
      button:hover:not(:disabled) {
        background: rgb(128 128 128 / 30%);
      }
      @media (max-width: 760px) {
        :host {
          bottom: 72px;
        }
      }
    `,
  ]
  said: Said[] = []

  constructor() {
    super()
    new Speaks(this)
  }

  add(one: Said): void {
    this.said = [...this.said.slice(-3), one]
    // A dialog stands in the top layer; so must what is said meanwhile.
    this.popover = 'manual'
    this.hidePopover()
    this.showPopover()
    setTimeout(() => this.remove_(one.id), one.tone === 'bad' ? BAD_STAYS_MS : STAYS_MS)
  }

  private remove_(id: number): void {
    this.said = this.said.filter((one) => one.id !== id)
    if (this.said.length === 0 && this.matches(':popover-open')) this.hidePopover()
  }

  override render() {
    return this.said.map(
      (one) => html`<div class=${one.tone} role=${one.tone === 'bad' ? 'alert' : 'status'}>
        <span>${one.text}</span>
        <button class="plain" @click=${() => this.remove_(one.id)} aria-label=${t('parts.close')}>
          <toguna-icon name="close"></toguna-icon>
        </button>
      </div>`,
    )
  }
}
define('toguna-toasts', TogunaToasts)

let ids = 0

/** Say something that is over soon. */
export function toast(text: string, tone: Tone = 'plain'): void {
  let place = document.querySelector<TogunaToasts>('toguna-toasts')
  if (!place) document.body.append((place = new TogunaToasts()))
  place.add({ id: ++ids, text, tone })
}

/** What a problem says, in one line. */
export function problemText(error: unknown): string {
  if (!(error instanceof Problem)) return t('problem.inside')
  return [sentence(error.what), sentence(error.remedy)].filter(Boolean).join(' — ')
}

/** Say what went wrong. */
export function toastProblem(error: unknown): void {
  toast(problemText(error), 'bad')
}
