/** `<toguna-line>`: whether what one sees is live, since when not, and when it is tried again. */

import { css, html, nothing } from 'lit'

import { Ticks } from '../house/clock'
import { define, DeskElement } from '../house/element'
import { live } from '../house/live'
import { clock, duration } from '../house/shape'
import type { StreamState } from '../house/stream'
import { t } from '../house/words'
import { base } from '../parts/base'

export class TogunaLine extends DeskElement {
  static override properties = { state: { state: true }, said: { state: true } }
  static override styles = [
    base,
    css`
      :host {
        display: inline-flex;
      }
      .state {
        font-size: 0.8125rem;
        font-weight: 400;
        white-space: nowrap;
        padding: 0 8px;
        gap: 7px;
      }
      button.state:disabled {
        opacity: 1;
        cursor: default;
      }
      .dot {
        width: 10px;
        height: 10px;
        border-radius: 50%;
        background: var(--good);
        flex: none;
      }
      .connecting .dot {
        background: transparent;
        border: 2px solid var(--warn);
      }
      .lost {
        background: var(--bad-soft);
        color: var(--bad);
        border-color: var(--bad);
        font-weight: 600;
      }
      .lost .dot {
        background: transparent;
        border: 2px solid var(--bad);
      }
      @media (max-width: 760px) {
        .text {
          position: absolute;
          width: 1px;
          height: 1px;
          overflow: hidden;
          clip-path: inset(50%);
        }
        .lost .text {
          position: fixed;
          inset: 54px 0 auto 0;
          width: auto;
          height: auto;
          clip-path: none;
          overflow: visible;
          white-space: normal;
          padding: 6px 12px;
          background: var(--bad-soft);
          border-bottom: 1px solid var(--bad);
          z-index: 20;
        }
      }
    `,
  ]
  private state: StreamState = live.state
  private said = ''
  private end?: () => void

  constructor() {
    super()
    new Ticks(this, 1_000)
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.end = live.onState((state) => {
      if (state.name === 'lost' && this.state.name === 'connected') this.said = t('line.was_lost')
      if (state.name === 'connected' && this.said) this.said = t('line.is_back')
      this.state = state
    })
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.end?.()
  }

  override render() {
    const name = this.state.name === 'idle' ? 'connecting' : this.state.name
    const retried = this.state.name === 'lost' || (this.state.name === 'connecting' && Boolean(this.said))
    const shown = retried && this.said !== t('line.is_back') ? 'lost' : name
    const last = live.last_ms ? t('line.last', { time: clock(live.last_ms * 1000) }) : ''
    return html`<button
        class="plain state ${shown}"
        data-state=${shown}
        title=${last}
        ?disabled=${this.state.name !== 'lost'}
        @click=${() => live.retry()}
      >
        <span class="dot"></span><span class="text">${this.text(shown)}${shown === 'lost' && last ? ` · ${last}` : nothing}</span>
      </button>
      <span class="unseen" role="status">${this.said}</span>`
  }

  private text(shown: string): string {
    if (shown === 'connected') return t('line.live')
    if (this.state.name === 'lost') {
      const left = Math.max(0, this.state.retry_at_ms - Date.now())
      return t('line.lost', { span: duration(Math.ceil(left / 1000) * 1_000_000) })
    }
    return t(shown === 'lost' ? 'line.trying' : 'line.connecting')
  }
}
define('toguna-line', TogunaLine)
