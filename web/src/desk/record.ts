/** `<toguna-record address>`: any record. What it says, its label, its exact bytes, its receipts. */

import { css, html, nothing, type TemplateResult } from 'lit'

import { get, Problem, session } from '../house/api'
import { define, DeskElement } from '../house/element'
import { eyes } from '../house/eyes'
import { live } from '../house/live'
import { kindName, titleOf } from '../house/naming'
import { actionsFor, recordViewOf, type Action } from '../house/registry'
import { recordHash } from '../house/route'
import { sentence } from '../house/sentences'
import { bytes } from '../house/shape'
import { isHome, nounOf, partyOf, type Shown } from '../house/shapes'
import { t } from '../house/words'
import { base } from '../parts/base'
import { officeName } from '../parts/small'
import { toast, toastProblem } from '../parts/toast'
import './facts'
import './label'
import './receipts'

type Tab = 'read' | 'bytes' | 'receipts'
const SOON_MS = 150
const SHOWN_ACTIONS = 3

export class TogunaRecord extends DeskElement {
  static override properties = {
    address: {},
    shown: { state: true },
    problem: { state: true },
    tab: { state: true },
    view: { state: true },
  }
  static override styles = [
    base,
    css`
      :host {
        display: block;
      }
      .head {
        padding: 14px 50px 10px 16px;
        border-bottom: 1px solid var(--line);
      }
      .head h2 {
        margin: 3px 0 7px;
        font-size: 1.15rem;
      }
      .actions {
        padding: 9px 16px;
        border-bottom: 1px solid var(--line);
      }
      .rest summary {
        cursor: pointer;
        display: flex;
        align-items: center;
        min-height: var(--touch);
        padding: 0 6px;
        color: var(--mark);
        font-weight: 600;
      }
      .rest[open] {
        flex-basis: 100%;
      }
      .tabs {
        display: flex;
        padding: 0 10px;
        border-bottom: 1px solid var(--line);
      }
      .tabs button {
        border: 0;
        border-bottom: 3px solid transparent;
        border-radius: 0;
        background: none;
        font-weight: 400;
      }
      .tabs button[aria-selected='true'] {
        border-bottom-color: var(--mark);
        font-weight: 600;
      }
      .part {
        padding: 14px 16px 32px;
      }
      h3 {
        margin: 18px 0 7px;
        padding-top: 11px;
        border-top: 1px solid var(--line);
        font-size: 0.8125rem;
        color: var(--ink-soft);
      }
    `,
  ]
  address = ''
  private shown: Shown | null = null
  private problem: Problem | null = null
  private tab: Tab = 'read'
  private view?: HTMLElement
  private viewKind = ''
  private ends: (() => void)[] = []
  private asked = 0
  private soon?: ReturnType<typeof setTimeout>

  override connectedCallback(): void {
    super.connectedCallback()
    const again = () => {
      clearTimeout(this.soon)
      this.soon = setTimeout(() => void this.load(), SOON_MS)
    }
    this.ends = [
      live.on('*', (change) => {
        if (change.address === this.address || change.doc?.['about'] === this.address) again()
      }),
      live.onReset(again),
    ]
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    for (const end of this.ends) end()
    clearTimeout(this.soon)
  }

  override willUpdate(changed: Map<string, unknown>): void {
    if (!changed.has('address') || !this.address) return
    Object.assign(this, { shown: null, problem: null, tab: 'read', view: undefined, viewKind: '' })
    void this.load()
  }

  private async load(): Promise<void> {
    const mine = ++this.asked
    try {
      const shown = await get<Shown>(`/api/records/${this.address.split('/').map(encodeURIComponent).join('/')}`)
      if (mine !== this.asked) return
      this.shown = shown
      this.problem = null
      await this.loadView(shown)
    } catch (error) {
      if (mine !== this.asked) return
      this.problem = error instanceof Problem ? error : new Problem(0, 'failed', 'problem.inside')
    }
  }

  private async loadView(shown: Shown): Promise<void> {
    const kind = nounOf(shown.record?.kind ?? '')
    const own = kind ? recordViewOf(kind) : undefined
    if (!own) return
    await own.load()
    if (this.viewKind !== kind) this.view = document.createElement(own.element)
    this.viewKind = kind
    Object.assign(this.view as HTMLElement, { shown })
    this.requestUpdate()
  }

  override render() {
    if (!this.shown && this.problem)
      return html`<div class="part">
        <p class="notice bad" role="alert">${sentence(this.problem.what)}</p>
        <p class="mono">${this.address}</p>
        ${this.problem.status === 404 ? nothing : html`<button @click=${() => void this.load()}>${t('desk.again')}</button>`}
      </div>`
    if (!this.shown) return html`<toguna-empty text=${t('desk.loading')}></toguna-empty>`
    return html`${this.head(this.shown)} ${this.actions(this.shown)} ${this.tabs()}
      <div class="part" role="tabpanel" aria-labelledby=${`tab-${this.tab}`}>${this.content(this.shown)}</div>`
  }

  private head(shown: Shown): TemplateResult {
    const record = shown.record
    const by = record?.by
    return html`<div class="head">
      <div class="row">
        <span class="soft">${record ? kindName(record.kind) : t('desk.record')}</span>
        <span class="chip" title=${t(isHome(shown.address) ? 'desk.at_home_long' : 'desk.on_spine_long')}>
          <toguna-icon name=${isHome(shown.address) ? 'home' : 'send'}></toguna-icon>${t(isHome(shown.address) ? 'desk.at_home' : 'desk.on_spine')}
        </span>
        ${shown.gone ? html`<span class="chip bad">${t('record.gone')}</span>` : nothing}
        ${shown.refused ? html`<span class="chip warn">${t('record.refused')}</span>` : nothing}
      </div>
      <h2>${(record && titleOf(record.body)) || shown.address}</h2>
      <div class="row soft small">
        <toguna-party .party=${partyOf(shown.address)} long></toguna-party>
        ${by ? html`<span>${officeName(by.office)}</span>` : nothing}
        ${record ? html`<toguna-when full .us=${record.at}></toguna-when><span>(<toguna-when .us=${record.at}></toguna-when>)</span>` : nothing}
      </div>
      ${this.problem ? html`<p class="notice">${t('desk.may_be_old')} ${sentence(this.problem.what)}</p>` : nothing}
    </div>`
  }

  private actions(shown: Shown) {
    const found = actionsFor(session().offices, shown)
    if (found.length === 0) return nothing
    const button = (one: Action) => html`<button data-action=${one.name} @click=${() => void this.run(one)}>
      ${one.icon ? html`<toguna-icon name=${one.icon}></toguna-icon>` : nothing}${t(one.title)}
    </button>`
    // What is done most stands open; a row of eight buttons would hide what they are about.
    const first = found.length <= SHOWN_ACTIONS + 1 ? found : found.slice(0, SHOWN_ACTIONS)
    const rest = found.slice(first.length)
    return html`<div class="row actions" role="toolbar" aria-label=${t('record.actions')}>
      ${first.map(button)}
      ${rest.length
        ? html`<details class="rest">
            <summary data-more>${t('record.more')}</summary>
            <div class="row">${rest.map(button)}</div>
          </details>`
        : nothing}
    </div>`
  }

  private async run(one: Action): Promise<void> {
    try {
      await one.run(this.shown)
    } catch (error) {
      toastProblem(error)
    }
    await this.load()
  }

  private tabs() {
    const all: Tab[] = ['read', 'bytes', 'receipts']
    const steps: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1 }
    const pressed = (event: KeyboardEvent) => {
      const by = steps[event.key]
      if (!by) return
      this.tab = all[(all.indexOf(this.tab) + by + all.length) % all.length] ?? 'read'
      void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>(`#tab-${this.tab}`)?.focus())
    }
    return html`<div class="tabs" role="tablist" @keydown=${pressed}>
      ${all.map(
        (tab) => html`<button
          role="tab"
          id=${`tab-${tab}`}
          aria-selected=${this.tab === tab ? 'true' : 'false'}
          tabindex=${this.tab === tab ? 0 : -1}
          @click=${() => (this.tab = tab)}
        >
          ${t(`record.${tab}`)}
        </button>`,
      )}
    </div>`
  }

  private content(shown: Shown): TemplateResult {
    if (this.tab === 'bytes') return this.exact(shown)
    if (this.tab === 'receipts') return html`<toguna-receipts .address=${shown.address}></toguna-receipts>`
    if (!shown.record) return this.tombstone(shown)
    return html`${shown.refused ? html`<p class="notice">${t('record.refused_why', { why: shown.refused })}</p>` : nothing}
      ${this.view ?? html`<toguna-facts .kind=${shown.record.kind} .body=${shown.record.body}></toguna-facts>`}
      <h3>${t('record.label')}</h3>
      <toguna-label .label=${shown.record.label} .readers=${shown.readers}></toguna-label>
      <h3>${t('record.origin')}</h3>
      ${this.origin(shown)}`
  }

  private tombstone(shown: Shown): TemplateResult {
    const why = shown.gone || shown.refused
    const ours = partyOf(shown.address) === session().party && !eyes()
    return html`<p class="notice">${t('record.tombstone', { why: t(`gone.${why}`) === `gone.${why}` ? why : t(`gone.${why}`) })}</p>
      <h3>${t('record.label')}</h3>
      <toguna-label .readers=${shown.readers}></toguna-label>
      ${ours ? html`<h3>${t('record.receipts')}</h3><toguna-receipts .address=${shown.address}></toguna-receipts>` : nothing}
      <h3>${t('record.origin')}</h3>
      ${this.origin(shown)}`
  }

  private origin(shown: Shown): TemplateResult {
    const record = shown.record
    const link = (to: string) => html`<a class="mono" href=${recordHash(to)}>${to}</a>`
    return html`<dl class="facts">
      <dt>${t('record.address')}</dt>
      <dd class="mono">${shown.address}</dd>
      <dt>${t('record.received')}</dt>
      <dd><toguna-when full .us=${shown.received_us}></toguna-when></dd>
      ${record?.about ? html`<dt>${t('record.about')}</dt><dd>${link(record.about)}</dd>` : nothing}
      ${record?.refs?.length ? html`<dt>${t('record.refs')}</dt><dd>${record.refs.map((one) => html`${link(one)} `)}</dd>` : nothing}
      ${record
        ? html`<dt>${t('record.signed')}</dt>
            <dd>${record.sig ? html`${t('record.signed_by')} <span class="mono">${record.by.key}</span>` : t('record.sealed_only')}</dd>`
        : nothing}
    </dl>`
  }

  private exact(shown: Shown): TemplateResult {
    const size = new TextEncoder().encode(shown.raw).length
    const copy = () => void navigator.clipboard.writeText(shown.raw).then(() => toast(t('record.copied'), 'good'), toastProblem)
    if (!shown.raw) return html`<toguna-empty text=${t('record.no_bytes')}></toguna-empty>`
    return html`<p class="row spread">
        <span class="soft small">${t('record.bytes_are', { size: bytes(size) })}</span>
        <button @click=${copy}><toguna-icon name="copy"></toguna-icon>${t('record.copy')}</button>
      </p>
      <pre tabindex="0">${shown.raw}</pre>`
  }
}
define('toguna-record', TogunaRecord)
