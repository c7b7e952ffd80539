/** `<toguna-handover>`: what the next shift has to know, on one page, also on paper. */

import { css, html, nothing } from 'lit'

import { get, session } from '../house/api'
import { changes, type News } from '../house/changes'
import { nowUs } from '../house/clock'
import { define, DeskElement } from '../house/element'
import { kindName, titleOf, waitingName } from '../house/naming'
import { isQuiet } from '../house/news'
import { recordHash } from '../house/route'
import { countdown, exactMoment, moment } from '../house/shape'
import type { Waiting } from '../house/shapes'
import { grouped, waitings } from '../house/waitings'
import { t } from '../house/words'
import { base } from '../parts/base'
import { officeName, partyName } from '../parts/small'

const HOURS = [8, 12, 24] as const
const HOUR_US = 3_600_000_000

interface Status {
  held_back: string
  words: string[]
}

export class TogunaHandover extends DeskElement {
  static override properties = { hours: { state: true }, status: { state: true } }
  static override styles = [
    base,
    css`
      :host {
        display: block;
        padding: 20px 24px 48px;
        max-width: 62rem;
      }
      h2 {
        font-size: 1.3rem;
      }
      h3 {
        margin: 22px 0 6px;
        border-bottom: 1px solid var(--line-strong);
        padding-bottom: 4px;
      }
      textarea {
        min-height: 5em;
      }
      .hours {
        width: auto;
      }
      ul {
        margin: 0;
        padding-left: 1.2em;
      }
      @media print {
        .row.tools {
          display: none;
        }
        a {
          color: inherit;
          text-decoration: none;
        }
        thead th {
          position: static;
        }
        tr {
          break-inside: avoid;
        }
      }
    `,
  ]
  private hours: number = HOURS[0]
  private status: Status | null = null
  private ends: (() => void)[] = []

  override connectedCallback(): void {
    super.connectedCallback()
    const again = () => this.requestUpdate()
    this.ends = [waitings.on(again), changes.on(again)]
    void get<Status>('/api/status').then((found) => (this.status = found), () => undefined)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    for (const end of this.ends) end()
  }

  private get since(): News[] {
    const from = nowUs() - this.hours * HOUR_US
    return changes.items.filter((news) => news.doc.at >= from && !isQuiet(news.kind))
  }

  override render() {
    const { person, party, office } = session()
    return html`
      <h2>${t('handover.title')} · ${partyName(party)}</h2>
      <p>
        ${t('handover.by', { name: person?.name ?? '', office: officeName(office) })}<br />
        <span class="soft">${t('handover.as_of')} ${exactMoment(nowUs())}</span>
      </p>
      <div class="row tools">
        <label class="row"
          >${t('handover.shift')}
          <select class="hours" @change=${(event: Event) => (this.hours = Number((event.target as HTMLSelectElement).value))}>
            ${HOURS.map((one) => html`<option value=${one} ?selected=${one === this.hours}>${one} h</option>`)}
          </select>
        </label>
        <button class="main" @click=${() => print()}><toguna-icon name="print"></toguna-icon>${t('handover.print')}</button>
      </div>
      <h3>${t('handover.open', { n: waitings.items.length })}</h3>
      ${this.open()}
      <h3>${t('handover.came', { n: this.since.length, hours: this.hours })}</h3>
      ${this.came()}
      <h3>${t('handover.node')}</h3>
      ${this.node()}
      <h3><label for="note">${t('handover.note')}</label></h3>
      <textarea id="note" placeholder=${t('handover.note_hint')}></textarea>
    `
  }

  private open() {
    if (!waitings.read) return html`<p class="soft">${t('handover.not_read')}</p>`
    if (waitings.items.length === 0) return html`<p>${t('waiting.nothing')}</p>`
    return html`<table>
      <thead>
        <tr>
          <th>${t('handover.urgency')}</th>
          <th>${t('handover.what')}</th>
          <th>${t('sync.party')}</th>
          <th>${t('handover.due')}</th>
        </tr>
      </thead>
      <tbody>
        ${grouped(waitings.items).flatMap(([, all]) => all.map((one) => this.line(one)))}
      </tbody>
    </table>`
  }

  private line(one: Waiting) {
    return html`<tr>
      <td>${t(`urgency.${one.urgency}`)}</td>
      <td><strong>${waitingName(one.what)}</strong><br /><a href=${recordHash(one.about)}>${one.title}</a> <span class="mono soft">${one.about}</span></td>
      <td>${partyName(one.party)}</td>
      <td>${one.due_us ? html`${moment(one.due_us)}<br />${countdown(one.due_us)}` : t('handover.no_date')}</td>
    </tr>`
  }

  private came() {
    if (!changes.read) return html`<p class="soft">${t('handover.not_read')}</p>`
    if (this.since.length === 0) return html`<p>${t('handover.none_came')}</p>`
    return html`<table>
      <tbody>
        ${this.since.map(
          ({ doc, kind }) => html`<tr>
            <td>${moment(doc.at)}</td>
            <td>${partyName(doc.party)}</td>
            <td>${kindName(kind)}<br /><a href=${recordHash(doc.address)}>${titleOf(doc) || doc.address}</a></td>
          </tr>`,
        )}
      </tbody>
    </table>`
  }

  private node() {
    if (!this.status) return html`<p class="soft">${t('handover.not_read')}</p>`
    const { held_back, words } = this.status
    if (!held_back && words.length === 0) return html`<p>${t('handover.node_well')}</p>`
    return html`<ul lang="en">
      ${held_back ? html`<li><strong>${held_back}</strong></li>` : nothing} ${words.map((one) => html`<li>${one}</li>`)}
    </ul>`
  }
}
define('toguna-handover', TogunaHandover)
