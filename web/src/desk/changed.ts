/** `<toguna-changed>`: what is new since one looked, over all lists. */

import { css, html, nothing } from 'lit'

import { changes, type News } from '../house/changes'
import { define, DeskElement } from '../house/element'
import { Ticks } from '../house/clock'
import { kindName, titleOf } from '../house/naming'
import { Roving } from '../house/roving'
import { go, recordHash } from '../house/route'
import { isQuiet } from '../house/news'
import { nounOf } from '../house/shapes'
import { t } from '../house/words'
import { base } from '../parts/base'
import { partyName } from '../parts/small'
import { sentence } from '../house/sentences'
import { column } from './column'

export class TogunaChanged extends DeskElement {
  static override properties = {
    opened: {},
    kind: { state: true },
    party: { state: true },
    unseenOnly: { state: true },
    said: { state: true },
  }
  static override styles = [
    base,
    column,
    css`
      .filters {
        display: flex;
        gap: 6px;
        padding: 6px 10px;
        border-bottom: 1px solid var(--line);
        flex: none;
      }
      .filters select {
        min-height: 30px;
        padding: 1px 4px;
        font-size: 0.8125rem;
        min-width: 0;
        flex: 1 1 0;
      }
      .filters label.tick {
        min-height: 30px;
        gap: 5px;
        font-size: 0.8125rem;
        white-space: nowrap;
      }
      .filters input[type='checkbox'] {
        width: 17px;
        height: 17px;
      }
      .line.unread .title {
        font-weight: 600;
      }
      .line.unread {
        border-left-color: var(--mark);
      }
      .dot {
        width: 8px;
        height: 8px;
        border-radius: 50%;
        background: var(--mark);
        flex: none;
      }
      header button {
        min-height: 28px;
        font-size: 0.8125rem;
      }
      @media (max-width: 760px) {
        .filters select,
        header button {
          min-height: 44px;
        }
      }
    `,
  ]
  opened = ''
  private kind = ''
  private party = ''
  private unseenOnly = false
  private said = ''
  private end?: () => void
  private count = 0
  private readonly roving = new Roving(this)

  constructor() {
    super()
    new Ticks(this, 20_000)
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.end = changes.on(() => this.heard())
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.end?.()
  }

  private heard(): void {
    const unseen = changes.unseen
    if (changes.read && unseen > this.count && this.hasUpdated) this.said = t('changed.new', { n: unseen })
    this.count = unseen
    this.requestUpdate()
  }

  focusIn(): void {
    if (!this.roving.focus()) this.renderRoot.querySelector<HTMLElement>('h2')?.focus()
  }

  move(by: number): void {
    this.roving.focus(by)
  }

  private get shown(): News[] {
    return changes.items.filter(
      (news) =>
        (this.kind ? nounOf(news.kind) === this.kind : !isQuiet(news.kind)) &&
        (!this.party || news.doc.party === this.party) &&
        (!this.unseenOnly || !changes.isSeen(news)),
    )
  }

  override render() {
    const shown = this.shown
    const unseen = shown.filter((news) => !changes.isSeen(news)).length
    return html`<section aria-labelledby="title">
      <header>
        <h2 id="title" tabindex="-1">${t('desk.changed')}</h2>
        ${unseen
          ? html`<span class="count" title=${t('changed.unseen', { n: unseen })}>${unseen}</span>
              <button class="plain" @click=${() => changes.markSeen(shown)}>
                <toguna-icon name="check"></toguna-icon>${t('changed.mark_all')}
              </button>`
          : nothing}
      </header>
      ${this.filters()}
      <div class="unseen" aria-live="polite">${this.said}</div>
      <div class="lines">
        ${changes.problem ? html`<p class="notice">${t('desk.may_be_old')} ${sentence(changes.problem.what)}</p>` : nothing}
        <ul aria-labelledby="title">
          ${shown.map((news) => this.line(news))}
        </ul>
        ${shown.length ? nothing : this.empty()}
      </div>
    </section>`
  }

  private empty() {
    if (!changes.read) return html`<toguna-empty text=${changes.problem ? '' : t('desk.loading')}></toguna-empty>`
    const filtered = this.kind || this.party || this.unseenOnly
    return html`<toguna-empty icon="changed" text=${t(filtered ? 'changed.none_such' : 'changed.nothing')}></toguna-empty>`
  }

  private filters() {
    const kinds = [...new Set(changes.items.map((news) => nounOf(news.kind)))].sort()
    const parties = [...new Set(changes.items.map((news) => news.doc.party))].sort()
    const chosen = (event: Event) => (event.target as HTMLSelectElement).value
    return html`<div class="filters">
      <select aria-label=${t('changed.by_kind')} @change=${(event: Event) => (this.kind = chosen(event))}>
        <option value="" ?selected=${!this.kind}>${t('changed.all_kinds')}</option>
        ${kinds.map((kind) => html`<option value=${kind} ?selected=${this.kind === kind}>${kindName(kind)}</option>`)}
      </select>
      <select aria-label=${t('changed.by_party')} @change=${(event: Event) => (this.party = chosen(event))}>
        <option value="" ?selected=${!this.party}>${t('changed.all_parties')}</option>
        ${parties.map((party) => html`<option value=${party} ?selected=${this.party === party}>${partyName(party)}</option>`)}
      </select>
      <label class="tick"
        ><input
          type="checkbox"
          .checked=${this.unseenOnly}
          @change=${(event: Event) => (this.unseenOnly = (event.target as HTMLInputElement).checked)}
        />${t('changed.only_new')}</label
      >
    </div>`
  }

  private line(news: News) {
    const { doc } = news
    const fresh = !changes.isSeen(news)
    const grade = typeof doc['grade'] === 'string' ? doc['grade'] : ''
    const home = doc.address.split('/')[1] === 'home'
    return html`<li>
      <button
        class="line ${fresh ? 'unread' : ''}"
        data-line
        data-address=${doc.address}
        aria-current=${doc.address === this.opened ? 'true' : 'false'}
        @click=${() => go(recordHash(doc.address))}
      >
        <span class="row">
          ${fresh ? html`<span class="dot"></span><span class="unseen">${t('changed.is_new')}</span>` : nothing}
          <span class="soft small">${kindName(news.kind)}</span>
          ${grade ? html`<toguna-grade .grade=${grade} .credibility=${Number(doc['credibility'] ?? 0)}></toguna-grade>` : nothing}
        </span>
        <span class="title">${titleOf(doc) || doc.address}</span>
        <span class="soft small row">
          <toguna-party .party=${doc.party}></toguna-party>
          <toguna-when .us=${doc.at}></toguna-when>
          ${home ? html`<span title=${t('desk.at_home_long')}>· ${t('desk.at_home')}</span>` : nothing}
        </span>
      </button>
    </li>`
  }
}
define('toguna-changed', TogunaChanged)
