/** `<toguna-readers about="ml/home/3">`: what became of our releases of a record, reader by
 *  reader, as it comes in. With `entries` it shows those and asks nothing. */

import { css, html, nothing } from 'lit'

import { nowUs } from '../house/clock'
import { define, DeskElement } from '../house/element'
import { live } from '../house/live'
import { recordHash } from '../house/route'
import { ago, distance } from '../house/shape'
import { nounOf } from '../house/shapes'
import { quote, t } from '../house/words'
import { base } from '../parts/base'
import '../parts/index'
import { officeName, partyName } from '../parts/small'
import { problemText } from '../parts/toast'
import { releasesOf, type Entry, type ReaderState } from './home'
import './words.readers'
import './words.release'

/** What a peer has verified is told in no list: it is looked for while it is awaited. */
const LOOK_MS = 3_000
const TABLES = ['sharing_receipts', 'sharing_recalls', 'sharing_reports', 'sharing_corrections', 'sharing_copies']

type Tone = '' | 'good' | 'warn' | 'bad'

/** The state of a reader in words, and how it is coloured. */
export function stateOf(reader: ReaderState, recalled: boolean): { word: string; tone: Tone } {
  if (reader.state === 'deleted') return { word: 'state.deleted', tone: 'good' }
  if (reader.state === 'not complied') return { word: 'state.not_complied', tone: 'bad' }
  if (reader.state === 'no answer') return { word: 'state.no_answer', tone: 'bad' }
  if (recalled) return { word: 'state.silent', tone: 'warn' }
  if (reader.read_by?.length) return { word: 'state.read', tone: 'good' }
  return reader.state === 'received' ? { word: 'state.received', tone: 'good' } : { word: 'state.pending', tone: '' }
}

/** Whether anything more is to be expected of these releases. */
export function awaited(entries: readonly Entry[]): boolean {
  return entries.some((entry) =>
    Object.values(entry.parties).some((reader) => {
      const word = stateOf(reader, Boolean(entry.recalled)).word
      return word === 'state.pending' || word === 'state.silent' || word === 'state.no_answer'
    }),
  )
}

export class TogunaReaders extends DeskElement {
  static override properties = {
    about: {},
    entries: { attribute: false },
    plain: { type: Boolean },
    problem: { state: true },
  }
  static override styles = [
    base,
    css`
      section + section {
        margin-top: 12px;
      }
      .head {
        margin: 0 0 2px;
      }
      td {
        vertical-align: middle;
        padding: 5px 8px 5px 0;
      }
      td:first-child {
        font-weight: 600;
        white-space: nowrap;
      }
      td:nth-child(2) {
        white-space: nowrap;
      }
      td:last-child {
        width: 100%;
      }
      @media (max-width: 460px) {
        tr {
          display: grid;
          grid-template-columns: auto 1fr;
        }
        td {
          border-bottom: 0;
        }
        td:last-child {
          grid-column: 1 / -1;
        }
        tr {
          border-bottom: 1px solid var(--line);
        }
      }
    `,
  ]
  about = ''
  entries: Entry[] = []
  plain = false
  problem = ''
  private ends: (() => void)[] = []
  private timer?: ReturnType<typeof setInterval>
  private read = false

  override connectedCallback() {
    super.connectedCallback()
    if (this.plain) return
    const again = () => void this.load()
    this.ends = TABLES.map((table) => live.on(table, again))
    this.ends.push(live.onReset(again))
    for (const name of ['toguna-released']) {
      addEventListener(name, again)
      this.ends.push(() => removeEventListener(name, again))
    }
    this.timer = setInterval(() => this.isConnected && awaited(this.entries) && again(), LOOK_MS)
  }

  override disconnectedCallback() {
    super.disconnectedCallback()
    for (const end of this.ends.splice(0)) end()
    clearInterval(this.timer)
  }

  override willUpdate(changed: Map<string, unknown>) {
    if (changed.has('about') && this.about) {
      this.read = false
      void this.load()
    }
  }

  private async load() {
    const about = this.about
    if (!about) return
    try {
      const entries = await releasesOf(about)
      if (about !== this.about) return
      this.entries = entries
      this.problem = ''
    } catch (error) {
      this.problem = problemText(error)
    }
    this.read = true
    this.requestUpdate()
    this.tell('toguna-readers', this.entries)
  }

  private detail(reader: ReaderState) {
    const parts = [
      reader.read_by?.length ? t('readers.read_by', { offices: reader.read_by.map(officeName).join(', ') }) : '',
      reader.why ?? '',
      reader.state === 'pending'
        ? reader.last_asked_us
          ? t('readers.seen', { ago: ago(reader.last_asked_us, nowUs()) })
          : t('readers.never_seen')
        : '',
    ]
    return parts.filter(Boolean).join(' · ')
  }

  private renderReader(entry: Entry, party: string, reader: ReaderState) {
    const { word, tone } = stateOf(reader, Boolean(entry.recalled))
    return html`<tr data-party=${party} data-state=${word.slice('state.'.length)}>
      <td>${partyName(party)}</td>
      <td>
        <span class="chip ${tone}">${tone === 'good' ? html`<toguna-icon name="check"></toguna-icon>` : nothing}${t(word)}</span>
        ${reader.at ? html`<span class="small soft"><toguna-when us=${reader.at}></toguna-when></span>` : nothing}
      </td>
      <td class="small soft">${this.detail(reader)}</td>
    </tr>`
  }

  private renderRecall(entry: Entry) {
    if (!entry.recalled) return nothing
    const silent = Object.entries(entry.parties).filter(([, reader]) => stateOf(reader, true).word !== 'state.deleted')
    const parties = silent.map(([party]) => partyName(party)).join(', ')
    return html`<p class="notice ${silent.length ? '' : 'good'}" data-recalled>
      ${t('readers.recalled_on')} <toguna-when us=${entry.recalled.at}></toguna-when> ${quote(entry.recalled.why)}<br />
      ${silent.length ? t('readers.waiting_for', { parties }) : t('readers.all_deleted')}
    </p>`
  }

  private renderEntry(entry: Entry) {
    const precision = entry.label?.precision_m
    return html`<section data-entry=${entry.address}>
      <p class="head small">
        <b>${t(`readers.${nounOf(entry.kind).split('.')[1]}`)}</b>
        <a class="mono" href=${recordHash(entry.address)}>${entry.address}</a> ·
        ${t('readers.released_on')} <toguna-when us=${entry.at}></toguna-when>
        ${precision ? html`· ${t('release.coarse', { distance: distance(precision) })}` : nothing}
      </p>
      ${this.renderRecall(entry)}
      <table>
        <thead class="unseen">
          <tr><th>${t('readers.reader')}</th><th>${t('readers.state')}</th><th>${t('readers.when')}</th></tr>
        </thead>
        <tbody>
          ${Object.entries(entry.parties).map(([party, reader]) => this.renderReader(entry, party, reader))}
        </tbody>
      </table>
    </section>`
  }

  override render() {
    if (this.problem) return html`<p class="notice bad">${this.problem}</p>`
    if (!this.entries.length) return this.read ? html`<p class="soft">${t('readers.none')}</p>` : nothing
    return html`<div aria-live="polite">${this.entries.map((entry) => this.renderEntry(entry))}</div>`
  }
}
define('toguna-readers', TogunaReaders)
