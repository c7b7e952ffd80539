/** `<toguna-sync>`: how our node stands with the others, peer by peer. */

import { css, html, nothing } from 'lit'

import { get, post } from '../house/api'
import { nowUs, Ticks } from '../house/clock'
import { define, DeskElement } from '../house/element'
import { live } from '../house/live'
import { number } from '../house/shape'
import { t } from '../house/words'
import { base } from '../parts/base'
import type { TogunaDialog } from '../parts/dialog'
import { partyName } from '../parts/small'
import { toast, toastProblem } from '../parts/toast'

interface Peer {
  party: string
  name: string
  status: string
  verified: number
  behind: number
  heard_us: number
  asked_us: number
  failures: number
  error: string
  same_charter: boolean | null
}

interface Status {
  now_us: number
  head: number
  sealed_us: number
  witnessed: string[]
  witnesses: number
  held_back: string
  peers: Peer[]
  words: string[]
}

const EVERY_MS = 30_000
/** A peer that was not heard for so long is called silent. */
const SILENT_US = 300_000_000

export class TogunaSync extends DeskElement {
  static override properties = { status: { state: true }, busy: { state: true } }
  static override styles = [
    base,
    css`
      :host {
        display: inline-flex;
      }
      button.chipped {
        font-size: 0.8125rem;
        font-weight: 400;
        white-space: nowrap;
        gap: 5px;
      }
      .warn {
        color: var(--warn);
        font-weight: 600;
      }
    `,
  ]
  private status: Status | null = null
  private busy = false
  private timer?: ReturnType<typeof setInterval>
  private end?: () => void

  constructor() {
    super()
    new Ticks(this, 15_000)
  }

  override connectedCallback(): void {
    super.connectedCallback()
    void this.load()
    this.timer = setInterval(() => void this.load(), EVERY_MS)
    this.end = live.onState((state) => {
      if (state.name === 'connected') void this.load()
    })
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    clearInterval(this.timer)
    this.end?.()
  }

  private async load(): Promise<void> {
    this.status = await get<Status>('/api/status').catch(() => this.status)
  }

  private get peers(): Peer[] {
    return (this.status?.peers ?? []).filter((peer) => peer.status === 'active')
  }

  private heard(peer: Peer): boolean {
    return peer.heard_us > 0 && nowUs() - peer.heard_us < SILENT_US
  }

  override render() {
    if (!this.status) return nothing
    const [there, all] = [this.peers.filter((peer) => this.heard(peer)).length, this.peers.length]
    const fine = there === all && !this.status.held_back
    const text = this.status.held_back ? t('sync.held_back') : t('sync.heard', { there, all })
    return html`<button class="plain chipped ${fine ? '' : 'warn'}" @click=${this.open} title=${t('sync.title')}>
        <toguna-icon name=${fine ? 'sync' : 'alert'}></toguna-icon>${text}
      </button>
      <toguna-dialog wide label=${t('sync.title')}>${this.details(this.status)}</toguna-dialog>`
  }

  private readonly open = () => {
    void this.load()
    void this.renderRoot.querySelector<TogunaDialog>('toguna-dialog')?.show()
  }

  private details(status: Status) {
    return html`
      <p>
        ${t('sync.head', { n: number(status.head) })}
        ${status.sealed_us ? html`· ${t('sync.sealed')} <toguna-when .us=${status.sealed_us}></toguna-when>` : nothing} ·
        ${t('sync.witnessed', { n: status.witnessed.length, all: status.witnesses })}
      </p>
      ${status.held_back ? html`<p class="notice bad">${t('sync.held_back')}: ${status.held_back}</p>` : nothing}
      <div class="scroll-x">
        <table>
          <thead>
            <tr>
              <th>${t('sync.party')}</th>
              <th>${t('sync.heard_at')}</th>
              <th class="number">${t('sync.verified')}</th>
              <th class="number">${t('sync.behind')}</th>
              <th>${t('sync.state')}</th>
            </tr>
          </thead>
          <tbody>
            ${status.peers.map((peer) => this.row(peer))}
          </tbody>
        </table>
      </div>
      <p class="soft small">${t('sync.as_of')} <toguna-when full .us=${status.now_us}></toguna-when></p>
      <button class="main" ?disabled=${this.busy} @click=${this.now}><toguna-icon name="sync"></toguna-icon>${t('sync.now')}</button>
    `
  }

  private row(peer: Peer) {
    const state = peer.error || (peer.status === 'active' ? t(this.heard(peer) ? 'sync.there' : 'sync.silent') : peer.status)
    return html`<tr>
      <td><toguna-party .party=${peer.party}></toguna-party> ${peer.name || partyName(peer.party)}</td>
      <td>${peer.heard_us > 0 ? html`<toguna-when .us=${peer.heard_us}></toguna-when>` : t('sync.never')}</td>
      <td class="number">${number(peer.verified)}</td>
      <td class="number">${number(peer.behind)}</td>
      <td>${state}${peer.failures ? html` <span class="soft">(${t('sync.failures', { n: peer.failures })})</span>` : nothing}</td>
    </tr>`
  }

  private readonly now = async () => {
    this.busy = true
    try {
      await post('/api/sync', { timeout_s: 20 })
      toast(t('sync.done'), 'good')
    } catch (error) {
      toastProblem(error)
    }
    this.busy = false
    await this.load()
  }
}
define('toguna-sync', TogunaSync)
