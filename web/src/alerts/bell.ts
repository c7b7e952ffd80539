/** `<toguna-alert-bell>`: in the bar, how many alerts wait for our answer. A new one is read out;
 *  one whose time runs out is read out again. A sound is heard only where somebody asked for it
 *  (on the screen of alerts). */

import { css, html } from 'lit'

import { onSession } from '../house/api'
import { nowUs } from '../house/clock'
import { define, DeskElement } from '../house/element'
import type { Waiting } from '../house/shapes'
import { nameOf, waitings } from '../house/waitings'
import { t } from '../house/words'
import { base } from '../parts/base'
import '../parts/icon'
import { partyName } from '../parts/small'
import { ringDue, type Ring } from './shapes'
import { ring, soundWanted } from './sound'
import './words'

const LOOKS_EVERY_MS = 1_000
// Of the page, not of the element: the bar makes a new bell whenever it draws itself again.
const told = new Map<string, Ring>()
let said = ''
onSession((now) => {
  if (now.signed_in) return
  told.clear()
  said = ''
})

export class TogunaAlertBell extends DeskElement {
  static override styles = [
    base,
    css`
      :host {
        display: inline-flex;
        align-items: center;
      }
      a {
        position: relative;
        display: inline-flex;
        align-items: center;
        gap: 5px;
        min-height: var(--touch);
        min-width: var(--touch);
        justify-content: center;
        padding: 0 8px;
        color: var(--ink);
        text-decoration: none;
        border-radius: var(--radius);
      }
      a.calls {
        background: var(--bad);
        color: var(--paper-raised);
        font-weight: 600;
      }
      a.flash {
        background: var(--flash);
        color: var(--flash-ink);
      }
      a.flash toguna-icon {
        animation: swing 1s ease-in-out infinite;
        transform-origin: 50% 10%;
      }
      /* On a phone the column of what waits is one touch away: here only what calls. */
      @media (max-width: 760px) {
        a:not(.calls) {
          display: none;
        }
      }
      @keyframes swing {
        25% {
          transform: rotate(14deg);
        }
        75% {
          transform: rotate(-14deg);
        }
      }
      @media (prefers-reduced-motion: reduce) {
        a.flash toguna-icon {
          animation: none;
        }
      }
    `,
  ]
  private ends: (() => void)[] = []

  override connectedCallback(): void {
    super.connectedCallback()
    const timer = setInterval(() => this.look(), LOOKS_EVERY_MS)
    this.ends = [waitings.on(() => this.look()), () => clearInterval(timer)]
    this.look()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    for (const end of this.ends) end()
  }

  private get calls(): Waiting[] {
    return waitings.items.filter((one) => one.what === 'alerts.acknowledge')
  }

  private look(): void {
    const now = nowUs()
    const texts: string[] = []
    for (const call of this.calls) {
      const name = nameOf(call)
      const due = ringDue(call.due_us, now, told.get(name))
      if (!due) continue
      told.set(name, due)
      const key = due === 'again' ? 'alert.rings_again' : 'alert.rings_new'
      texts.push(t(key, { party: partyName(call.party), title: call.title }))
      if (soundWanted() && call.urgency !== 'routine') ring(call.urgency === 'flash')
    }
    if (texts.length) said = texts.join('. ')
    this.requestUpdate()
  }

  override render() {
    const calls = this.calls
    const flash = calls.some((one) => one.urgency === 'flash')
    const text = calls.length ? t('alert.calls', { n: calls.length }) : t('alert.calls_none')
    return html`<a
        href="#/alerts"
        class="${calls.length ? 'calls' : ''} ${flash ? 'flash' : ''}"
        aria-label=${text}
        title=${text}
      >
        <toguna-icon name="bell"></toguna-icon>${calls.length || ''}
      </a>
      <span class="unseen" aria-live="assertive" data-said>${said}</span>`
  }
}
define('toguna-alert-bell', TogunaAlertBell)
