/** `<toguna-place>`: the large place. The map, or the screen that the route names over it. */

import { css, html, nothing } from 'lit'

import { session } from '../house/api'
import { define, DeskElement } from '../house/element'
import { allowedScreen } from '../house/registry'
import type { Route } from '../house/route'
import { t } from '../house/words'
import { base } from '../parts/base'

const AT_ONCE: Record<string, { load: () => Promise<unknown>; element: string }> = {
  board: { load: () => import('./board'), element: 'toguna-board' },
  handover: { load: () => import('./handover'), element: 'toguna-handover' },
}
const map = import.meta.glob('../map/map.ts')['../map/map.ts']

export class TogunaPlace extends DeskElement {
  static override properties = {
    route: { attribute: false },
    awake: { type: Boolean },
    mapState: { state: true },
    loaded: { state: true },
    failed: { state: true },
  }
  static override styles = [
    base,
    css`
      :host {
        display: block;
        position: relative;
        overflow: hidden;
        background: var(--paper);
      }
      :host(:focus-visible) {
        outline-offset: -3px;
      }
      .screen {
        position: absolute;
        inset: 0;
        overflow: auto;
        background: var(--paper);
      }
      .screen > * {
        display: block;
        min-height: 100%;
      }
      .map {
        position: absolute;
        inset: 0;
      }
      .map > * {
        display: block;
        width: 100%;
        height: 100%;
      }
      .map > toguna-empty {
        display: grid;
        place-content: center;
        background: var(--paper-sunk);
      }
      @media print {
        :host,
        .screen {
          position: static;
          overflow: visible;
        }
      }
    `,
  ]
  route: Route = { name: '', params: [], query: {} }
  /** Whether the place is in view: the map is not loaded for nobody. */
  awake = false
  private mapState: 'none' | 'coming' | 'there' | 'failed' = 'none'
  private loaded = ''
  private failed = ''
  private shown?: HTMLElement

  override willUpdate(): void {
    if (this.route.name) void this.load()
    else if (this.awake && this.mapState === 'none') void this.loadMap()
    if (this.shown) Object.assign(this.shown, { route: this.route })
  }

  private async loadMap(): Promise<void> {
    this.mapState = 'coming'
    try {
      if (!map) throw new Error('no map')
      // First what waits and what is new; the map is the heavier half of the page.
      await new Promise((resolve) => setTimeout(resolve, 50))
      await map()
      this.mapState = 'there'
    } catch {
      this.mapState = 'failed'
    }
  }

  private async load(): Promise<void> {
    const name = this.route.name
    if (this.loaded === name) return
    this.loaded = name
    this.failed = ''
    this.shown = undefined
    const found = AT_ONCE[name] ?? allowedScreen(name, session().offices)
    if (!found) return void (this.failed = 'desk.no_screen')
    try {
      await found.load()
    } catch {
      return void (this.failed = 'desk.not_loaded')
    }
    if (this.route.name !== name) return
    this.shown = Object.assign(document.createElement(found.element), { route: this.route })
    this.requestUpdate()
  }

  override updated(): void {
    if (!this.route.name) {
      this.loaded = ''
      this.shown = undefined
    }
  }

  override render() {
    const screen = Boolean(this.route.name)
    return html`
      <div class="map" ?hidden=${screen} ?inert=${screen}>
        ${this.mapState === 'there'
          ? html`<toguna-map></toguna-map>`
          : html`<toguna-empty icon="map" text=${t(this.mapState === 'failed' ? 'desk.no_map' : 'desk.map_coming')}></toguna-empty>`}
      </div>
      ${screen ? html`<div class="screen">${this.content()}</div>` : nothing}
    `
  }

  private content() {
    if (this.failed) return html`<toguna-empty icon="alert" text=${t(this.failed)}></toguna-empty>`
    return this.shown ?? html`<toguna-empty text=${t('desk.loading')}></toguna-empty>`
  }
}
define('toguna-place', TogunaPlace)
