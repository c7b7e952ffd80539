/** `<toguna-waiting>`: what waits for an act of ours, the most urgent first. */

import { css, html, nothing } from 'lit'

import { define, DeskElement } from '../house/element'
import { eyes } from '../house/eyes'
import { Ticks, nowUs } from '../house/clock'
import { waitingName } from '../house/naming'
import { Roving } from '../house/roving'
import type { Urgency, Waiting } from '../house/shapes'
import { grouped, nameOf, waitings } from '../house/waitings'
import { t } from '../house/words'
import { base } from '../parts/base'
import { partyName } from '../parts/small'
import { sentence } from '../house/sentences'
import { column } from './column'

export class TogunaWaiting extends DeskElement {
  static override properties = { opened: {}, said: { state: true } }
  static override styles = [
    base,
    column,
    css`
      h3 {
        display: flex;
        align-items: center;
        gap: 6px;
        padding: 9px 12px 5px;
        font-size: 0.8125rem;
        color: var(--ink-soft);
      }
      h3.flash {
        color: var(--flash);
      }
      h3.urgent {
        color: var(--warn);
      }
      .line.flash {
        border-left-color: var(--flash);
        background: var(--flash-soft);
      }
      .line.urgent {
        border-left-color: var(--warn);
      }
      .what {
        font-weight: 600;
      }
    `,
  ]
  /** The address of the record that is open. */
  opened = ''
  /** What was read out last, for whoever does not see the list. */
  private said = ''
  private end?: () => void
  private known = new Set<string>()
  private readonly roving = new Roving(this)

  constructor() {
    super()
    new Ticks(this, 10_000)
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.end = waitings.on(() => this.heard())
    this.known = new Set(waitings.items.map(nameOf))
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.end?.()
  }

  /** New things are read out; flashes by their title. */
  private heard(): void {
    const fresh = waitings.items.filter((one) => !this.known.has(nameOf(one)))
    if (fresh.length && this.known.size + fresh.length > 0 && this.hasUpdated) {
      const first = fresh.find((one) => one.urgency === 'flash') ?? fresh[0]
      this.said = t('waiting.new', { n: fresh.length, first: first ? `${waitingName(first.what)}, ${first.title}` : '' })
    }
    this.known = new Set(waitings.items.map(nameOf))
    this.requestUpdate()
  }

  focusIn(): void {
    if (!this.roving.focus()) this.renderRoot.querySelector<HTMLElement>('h2')?.focus()
  }

  move(by: number): void {
    this.roving.focus(by)
  }

  override render() {
    if (eyes()) return html`<section><toguna-empty icon="eye" text=${t('eyes.waiting', { party: partyName(eyes()) })}></toguna-empty></section>`
    const { items, problem, read } = waitings
    return html`<section aria-labelledby="title">
      <header>
        <h2 id="title" tabindex="-1">${t('desk.waiting')}</h2>
        ${items.length ? html`<span class="count grave">${items.length}</span>` : nothing}
      </header>
      <div class="unseen" aria-live=${items.some((one) => one.urgency === 'flash') ? 'assertive' : 'polite'}>${this.said}</div>
      <div class="lines">
        ${problem ? html`<p class="notice">${t('desk.may_be_old')} ${sentence(problem.what)}</p>` : nothing}
        ${grouped(items).map(([urgency, all]) => this.group(urgency, all))}
        ${read && items.length === 0 ? html`<toguna-empty icon="check" text=${t('waiting.nothing')}></toguna-empty>` : nothing}
        ${!read && !problem ? html`<toguna-empty text=${t('desk.loading')}></toguna-empty>` : nothing}
      </div>
    </section>`
  }

  private group(urgency: Urgency, all: readonly Waiting[]) {
    return html`<h3 class=${urgency} id=${urgency}>
        ${urgency === 'routine' ? nothing : html`<toguna-icon name=${urgency === 'flash' ? 'flash' : 'alert'}></toguna-icon>`}
        ${t(`urgency.${urgency}`)} · ${all.length}
      </h3>
      <ul aria-labelledby=${urgency}>
        ${all.map((one) => this.line(one))}
      </ul>`
  }

  private line(one: Waiting) {
    const late = one.due_us !== null && one.due_us < nowUs()
    return html`<li>
      <button
        class="line ${one.urgency}"
        data-line
        data-about=${one.about}
        aria-current=${one.about === this.opened ? 'true' : 'false'}
        @click=${() => this.tell('toguna-open', one)}
      >
        <span class="row spread">
          <span class="what">${waitingName(one.what)}</span>
          ${one.due_us
            ? html`<span class="chip ${late ? 'bad' : one.urgency === 'routine' ? '' : 'warn'}"
                ><toguna-icon name="clock"></toguna-icon><toguna-when due .us=${one.due_us}></toguna-when
              ></span>`
            : nothing}
        </span>
        <span class="title">${one.title}</span>
        <span class="soft small row">
          ${one.party ? html`<toguna-party .party=${one.party}></toguna-party>` : nothing}
          <toguna-when .us=${one.since_us}></toguna-when>
        </span>
      </button>
    </li>`
  }
}
define('toguna-waiting', TogunaWaiting)
