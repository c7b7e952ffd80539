/** `<toguna-unsent>`: in the bar, how many reports are not sent, and how old the lists are. */

import { css, html, nothing } from 'lit'

import { define, DeskElement } from '../house/element'
import { clock, moment } from '../house/shape'
import { t } from '../house/words'
import { base } from '../parts/base'
import '../parts/icon'
import { offline } from './install'
import { queue } from './queue'
import './words'

export class TogunaUnsent extends DeskElement {
  static override styles = [
    base,
    css`
      :host {
        display: inline-flex;
        gap: 6px;
        align-items: center;
      }
      a.button {
        font-size: 0.8125rem;
        padding: 0 8px;
        color: var(--warn);
        background: var(--warn-soft);
        border-color: var(--warn);
      }
      a.button.bad {
        color: var(--bad);
        background: var(--bad-soft);
        border-color: var(--bad);
      }
      a.button,
      .chip {
        white-space: nowrap;
      }
      @media (max-width: 760px) {
        .text {
          display: none;
        }
      }
    `,
  ]
  private ends: (() => void)[] = []

  override connectedCallback(): void {
    super.connectedCallback()
    this.ends = [queue.on(() => this.requestUpdate()), offline.on(() => this.requestUpdate())]
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    for (const end of this.ends) end()
  }

  private count() {
    const { mine } = queue
    const refused = mine.filter((one) => one.state === 'refused').length
    if (!mine.length) return nothing
    const text = [t('unsent.count', { n: mine.length }), refused ? t('unsent.refused', { n: refused }) : '']
      .filter(Boolean)
      .join(' · ')
    const look = refused ? 'button bad' : 'button'
    return html`<a class=${look} href="#/field" title=${text} aria-label=${text} data-unsent=${mine.length}>
      <toguna-icon name=${refused ? 'alert' : 'waiting'}></toguna-icon>
      <span>${mine.length}<span class="text"> ${t('unsent.short', { n: mine.length })}</span></span>
    </a>`
  }

  private old() {
    if (!offline.as_of_us) return nothing
    const when = moment(offline.as_of_us)
    const text = t('offline.as_of', { when })
    return html`<span class="chip warn" role="status" title=${`${text}. ${t('offline.as_of_hint')}`} data-as-of>
      <toguna-icon name="clock"></toguna-icon><span class="unseen">${text}</span>
      <span aria-hidden="true"><span class="text">${t('offline.no_link')} · </span>${clock(offline.as_of_us)}</span>
    </span>`
  }

  override render() {
    return html`${this.old()} ${this.count()}`
  }
}
define('toguna-unsent', TogunaUnsent)
