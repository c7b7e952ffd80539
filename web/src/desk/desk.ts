/** `<toguna-desk>`: the one screen. What waits | what changed | the map; a record beside it. */

import { html, nothing } from 'lit'

import { changes } from '../house/changes'
import { kinds } from '../house/kinds'
import { define, DeskElement } from '../house/element'
import { openerOf, screenOf } from '../house/registry'
import { go, hashOf, onRoute, recordHash, route, type Route } from '../house/route'
import { session } from '../house/api'
import type { Waiting } from '../house/shapes'
import { waitings } from '../house/waitings'
import { sayAgain, t } from '../house/words'
import { base } from '../parts/base'
import '../parts/index'
import './bar'
import './changed'
import './palette'
import './panel'
import './place'
import './rail'
import './shortcuts'
import { Keys } from './keys'
import { layout } from './layout'
import './waiting'

type Tab = 'waiting' | 'changed' | 'main'

/** Routes that open beside the map, not instead of it. */
const BESIDE = new Set(['record', 'write'])

export class TogunaDesk extends DeskElement {
  static override properties = {
    panel: { state: true },
    under: { state: true },
    tab: { state: true },
    narrow: { state: true },
  }
  static override styles = [base, layout]
  /** What stands beside the map, if anything does. */
  private panel: Route | null = null
  /** What stands in the large place: '' is the map. */
  private under: Route = { name: '', params: [], query: {} }
  private tab: Tab = 'waiting'
  private narrow = false
  private ends: (() => void)[] = []
  private readonly keys = new Keys(this)
  private readonly phone = matchMedia('(max-width: 760px)')

  override connectedCallback(): void {
    super.connectedCallback()
    this.ends = [
      onRoute((to) => this.follow(to)),
      waitings.on(() => this.counted()),
      changes.on(() => this.counted()),
    ]
    this.narrow = this.phone.matches
    this.phone.addEventListener('change', this.turned)
    this.keys.listen()
    this.follow(route())
    void kinds().then(sayAgain, () => undefined)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    for (const end of this.ends) end()
    this.phone.removeEventListener('change', this.turned)
    this.keys.end()
  }

  private turned = () => {
    this.narrow = this.phone.matches
  }

  private follow(to: Route): void {
    const beside = BESIDE.has(to.name)
    const opened = beside && JSON.stringify(to) !== JSON.stringify(this.panel)
    this.panel = beside ? to : null
    if (!beside) {
      this.under = to
      if (to.name) this.tab = 'main'
    }
    if (to.name === 'record') changes.opened(to.params.join('/'))
    this.counted()
    if (opened) void this.updateComplete.then(() => this.focusOn('panel'))
  }

  /** The numbers that the window's title and the tabs show. */
  private counted(): void {
    const count = waitings.items.length
    const name = session().party.toUpperCase()
    document.title = `${count ? `(${count}) ` : ''}Toguna · ${name}`
    this.requestUpdate()
  }

  /** Close what is beside the map, or go back to the map. */
  closePanel(): void {
    if (this.panel) go(this.under.name ? hashOf(this.under.name, this.under.params, this.under.query) : '#/')
    else if (this.under.name) go('#/')
  }

  /** Open what waits: where its folder says, else its record. */
  open(waiting: Waiting): void {
    const opener = openerOf(waiting.what)
    if (opener) opener(waiting)
    else if (waiting.about) go(recordHash(waiting.about))
  }

  /** Put the focus into one of the places of the screen. */
  focusOn(place: 'waiting' | 'changed' | 'main' | 'panel'): void {
    if (this.narrow && place !== 'panel') this.tab = place
    void this.updateComplete.then(() => {
      const found = this.renderRoot.querySelector<HTMLElement & { focusIn?: () => void }>(`[data-place=${place}]`)
      if (found?.focusIn) found.focusIn()
      else found?.focus()
    })
  }

  /** Move in the list that has the focus; the first list when none has it. */
  move(by: number): void {
    const lists = [...this.renderRoot.querySelectorAll<HTMLElement & { move?: (by: number) => void }>('[data-place]')]
    const active = lists.find((list) => list.matches(':focus-within')) ?? lists[0]
    active?.move?.(by)
  }

  show(what: 'toguna-palette' | 'toguna-shortcuts'): void {
    const found = this.renderRoot.querySelector<HTMLElement & { show: () => void }>(what)
    found?.show()
  }

  override render() {
    const beside = this.panel !== null
    return html`
      <button class="skip" @click=${() => this.focusOn('main')}>${t('desk.skip')}</button>
      <toguna-bar @toguna-palette=${() => this.show('toguna-palette')} @toguna-help=${() => this.show('toguna-shortcuts')}></toguna-bar>
      <div
        class="floor"
        data-tab=${this.tab}
        data-under=${this.under.name ? 'screen' : 'map'}
        ?data-beside=${beside}
        ?data-narrow=${this.narrow}
      >
        <toguna-rail class="rail" .current=${this.under.name}></toguna-rail>
        <toguna-waiting
          class="waiting"
          data-place="waiting"
          .opened=${this.panel?.name === 'record' ? this.panel.params.join('/') : ''}
          @toguna-open=${(event: CustomEvent<Waiting>) => this.open(event.detail)}
        ></toguna-waiting>
        <toguna-changed
          class="changed"
          data-place="changed"
          .opened=${this.panel?.name === 'record' ? this.panel.params.join('/') : ''}
        ></toguna-changed>
        <toguna-place
          class="main"
          data-place="main"
          role="main"
          aria-label=${t('desk.main')}
          tabindex="-1"
          .route=${this.under}
          .awake=${!this.narrow || this.tab === 'main'}
        ></toguna-place>
        ${beside
          ? html`<toguna-panel
              class="panel"
              data-place="panel"
              .route=${this.panel}
              @toguna-close=${() => this.closePanel()}
            ></toguna-panel>`
          : nothing}
      </div>
      ${this.narrow ? this.tabs() : nothing}
      <toguna-palette></toguna-palette>
      <toguna-shortcuts></toguna-shortcuts>
    `
  }

  private tabs() {
    const one = (tab: Tab, icon: string, title: string, count: number) => html`<button
      class="plain"
      aria-current=${this.tab === tab && !this.panel ? 'page' : 'false'}
      @click=${() => this.choose(tab)}
    >
      <toguna-icon name=${icon}></toguna-icon>
      <span>${title}</span>
      ${count ? html`<span class="count ${tab}">${count}<span class="unseen"> ${t('desk.new')}</span></span>` : nothing}
    </button>`
    const screen = screenOf(this.under.name)
    return html`<nav class="tabs" aria-label=${t('desk.places')}>
      ${one('waiting', 'waiting', t('desk.waiting_short'), waitings.items.length)}
      ${one('changed', 'changed', t('desk.changed_short'), changes.unseen)}
      ${one('main', screen?.icon ?? 'map', screen ? t(screen.title) : t('desk.map'), 0)}
      <button class="plain" @click=${() => this.show('toguna-palette')}>
        <toguna-icon name="menu"></toguna-icon><span>${t('desk.more')}</span>
      </button>
    </nav>`
  }

  private choose(tab: Tab): void {
    this.tab = tab
    if (this.panel) this.closePanel()
    if (tab === 'main' && this.under.name && !screenOf(this.under.name)) go('#/')
  }
}
define('toguna-desk', TogunaDesk)
