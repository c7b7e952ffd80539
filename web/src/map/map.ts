/**
 * `<toguna-map>`: the picture. Reports with owner, age and precision, positions, boundaries and
 * sectors on a map that needs nothing from outside the node.
 *
 * Properties: `view` (through whose eyes; our own unless given), `window` ([from, to] in
 * microseconds, or null). Methods: `flyTo(address)`, `pick()`, `drawCircle(circle)`. Events:
 * `toguna-open` {address} (unless it is cancelled the record opens), `toguna-picked` {lat_e7, lon_e7}.
 */

import { html, nothing, unsafeCSS, type PropertyValues } from 'lit'
import maplibreCss from 'maplibre-gl/dist/maplibre-gl.css?inline'

import { onSession, session } from '../house/api'
import { define, DeskElement } from '../house/element'
import { eyes, onEyes } from '../house/eyes'
import { go, onRoute, recordHash, route } from '../house/route'
import { onTheme } from '../house/theme'
import { onLanguage, t } from '../house/words'
import { base } from '../parts/base'
import '../parts/icon'
import { partyName } from '../parts/small'
import { loadBasemap, type Basemap } from './basemap'
import { powerOf } from './canvas'
import { plainText } from './dropins'
import { Feeds } from './feeds'
import { hintOf } from './hint'
import './icons'
import { Laying } from './laying'
import { homeOf, lookOf } from './look'
import './map-goto'
import { pressed } from './map-keys'
import { panelOf } from './map-panels'
import { mapStyle } from './map-style'
import { measureTask, pickTask } from './map-tasks'
import './map-time'
import { footOf, toolGroups, toolsOf } from './map-tools'
import { latOf, lonOf, type LonLat } from './mercator'
import { EVERYTHING, Picture, type Filter } from './picture'
import { Scene, type Circle, type Place, type Pointed, type SceneEvents } from './scene'
import './words'

const NEAR_ZOOM = 8.5

export class TogunaMap extends DeskElement {
  static override properties = {
    view: {},
    window: { attribute: false },
    timed: { type: Boolean, reflect: true },
    state: { state: true },
    panel: { state: true },
    pointer: { state: true },
    pointed: { state: true },
    version: { state: true },
    task: { state: true },
  }
  static override styles = [unsafeCSS(maplibreCss), base, mapStyle]
  view = ''
  window: [number, number] | null = null
  timed = false
  private state: 'coming' | 'there' | 'failed' | 'no_webgl' = 'coming'
  private panel: '' | 'layers' | 'list' = ''
  private task: '' | 'measure' | 'pick' = ''
  private pointer: Place | null = null
  private pointed: { what: Pointed; x: number; y: number } | null = null
  /** Counts up with the data, so that the parts around the map are rendered again. */
  private version = 0
  private basemap?: Basemap
  private readonly picture = new Picture()
  private filter: Filter = EVERYTHING
  private scene?: Scene
  private laying?: Laying
  private crowd: number[] | null = null
  private counts = { shown: 0, inView: 0 }
  private picked?: (place: Place | null) => void
  private ends: (() => void)[] = []
  private beginning?: Promise<void>
  private readonly feeds = new Feeds(this.picture, (table) => this.took(table), (frame) => {
    this.scene?.tracks.take(frame)
    this.scene?.redrawSoon()
    if (this.panel === 'layers') this.version++
  })

  // Life --------------------------------------------------------------------------------

  override connectedCallback(): void {
    super.connectedCallback()
    this.ends = [
      onTheme(() => this.relook()), onSession(() => this.relook()), onLanguage(() => this.relook()),
      onRoute(() => this.follow()), onEyes(() => void this.reopen()),
    ]
    addEventListener('toguna-fly', this.fly)
    if (this.hasUpdated) this.start()
  }

  override firstUpdated(): void {
    this.start()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    for (const end of this.ends) end()
    removeEventListener('toguna-fly', this.fly)
    this.feeds.close()
    this.scene?.close()
    this.scene = this.laying = undefined
    this.finishPick(null)
  }

  private start(): void {
    this.state = 'coming'
    this.beginning = this.begin()
    void this.beginning.then(() => this.fill())
  }

  /** Lay out the map itself. */
  private async begin(): Promise<void> {
    const power = powerOf()
    try {
      this.basemap = await loadBasemap()
      await this.updateComplete
      if (!this.isConnected || this.scene) return
      if (power === 'none') this.panel = 'list'
      else this.draw(power)
      this.state = power === 'none' ? 'no_webgl' : 'there'
    } catch (problem) {
      this.state = 'failed'
      console.info('map:', problem)
    }
  }

  /** Lay on it what there is to see. */
  private async fill(): Promise<void> {
    if (this.state === 'failed' || !this.isConnected) return
    await this.feeds.open(this.view).catch((problem) => console.info('map:', problem))
    await this.laying?.lay().catch((problem) => console.info('map:', problem))
    this.follow()
    this.version++
  }

  private draw(power: 'fast' | 'slow'): void {
    const ground = this.renderRoot.querySelector<HTMLElement>('.ground')!
    const look = lookOf(this.basemap!)
    const home = homeOf(this.basemap!, look.parties)
    const events: SceneEvents = {
      open: (address) => this.open(address),
      pointed: (what, x, y) => (this.pointed = what && { what, x, y }),
      pointer: (place) => (this.pointer = place),
      moved: () => this.recount(),
      picked: (place) => this.finishPick(place),
      measured: () => this.requestUpdate(),
      crowd: (rows) => this.list(rows),
    }
    this.scene = new Scene(ground, this.basemap!, this.picture, look, power, events, { center: { lon: 1, lat: 16.5 }, zoom: 4 })
    this.laying = new Laying(this.scene)
    this.scene.reports.filter = this.filter
    this.scene.map.once('load', () => this.scene?.fit(home))
    this.scene.fit(home)
  }

  /** Read all again through other eyes. */
  private async reopen(): Promise<void> {
    this.scene?.tracks.clear()
    await this.feeds.open(this.view)
    this.version++
  }

  private relook(): void {
    if (!this.basemap) return
    this.scene?.setLook(lookOf(this.basemap))
    this.laying?.refresh()
    this.version++
  }

  /** What is in view has changed. */
  private recount(): void {
    if (this.scene) this.counts = this.scene.counts()
    this.version++
  }

  private took(table: string): void {
    const laid = this.feeds.laid.get(table)
    if (laid && laid.layer.drawn_as !== 'point') this.laying?.shapes(laid)
    this.scene?.redrawSoon()
    this.recount()
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('view') && this.hasUpdated) void this.reopen()
    if (changed.has('window')) this.setFilter({ ...this.filter, from_us: this.window?.[0] ?? -Infinity, to_us: this.window?.[1] ?? Infinity })
  }

  private setFilter(filter: Filter): void {
    this.filter = filter
    if (this.scene) {
      this.scene.reports.filter = filter
      this.scene.redraw()
    }
    this.recount()
  }

  // What others ask for -------------------------------------------------------------------

  /** Bring a record into view. False when it has no point on the map. */
  flyTo(address: string): boolean {
    const row = this.picture.row(address)
    if (row < 0 || !this.scene) return false
    this.scene.show({ lon: lonOf(this.picture.x[row]!), lat: latOf(this.picture.y[row]!) }, Math.max(NEAR_ZOOM, this.scene.map.getZoom()))
    return true
  }

  private fly = (event: Event) => {
    this.flyTo((event as CustomEvent<string>).detail)
  }

  /** Let somebody choose a place; null when they give up. */
  async pick(): Promise<Place | null> {
    this.finishPick(null)
    await this.beginning
    if (!this.scene) return null
    this.scene.picking = true
    this.task = 'pick'
    return new Promise((resolve) => (this.picked = resolve))
  }

  private finishPick(place: Place | null): void {
    const { picked } = this
    this.picked = undefined
    if (this.scene) this.scene.picking = false
    if (this.task === 'pick') this.task = ''
    picked?.(place)
    if (place) this.tell('toguna-picked', place)
  }

  /** Draw a circle in metres; none with null. */
  drawCircle(circle: Circle | null): void {
    if (!this.scene) return
    this.scene.circles = circle ? [circle] : []
    this.scene.redraw()
  }

  focusIn(): void {
    this.renderRoot.querySelector<HTMLElement>('.ground')?.focus()
  }

  // What one does --------------------------------------------------------------------------

  private open(address: string): void {
    if (this.tell('toguna-open', { address })) go(recordHash(address))
  }

  /** The record that is open beside the map stands out, and comes into view if it is out of it. */
  private follow(): void {
    const { name, params } = route()
    const address = name === 'record' ? params.join('/') : ''
    if (!this.scene || this.scene.reports.chosen === address) return
    this.scene.reports.chosen = address
    const row = address ? this.picture.row(address) : -1
    const { x, y, size, width, height } = this.scene.frame()
    if (row >= 0) {
      const [px, py] = [(this.picture.x[row]! - x) * size, (this.picture.y[row]! - y) * size]
      if (px < 0 || py < 0 || px > width || py > height) this.flyTo(address)
    }
    this.scene.redraw()
  }

  private toggle(panel: 'layers' | 'list'): void {
    this.crowd = null
    this.panel = this.panel === panel ? '' : panel
    if (this.panel) void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>(`toguna-map-${panel === 'list' ? 'list' : 'panel'}`)?.focus())
  }

  private list(rows: number[]): void {
    this.crowd = rows
    this.panel = 'list'
  }

  private measure(): void {
    const { scene } = this
    if (!scene) return
    if (scene.measure.on) scene.measure.end()
    else scene.measure.begin()
    this.task = scene.measure.on ? 'measure' : ''
    scene.redraw()
  }

  private key = (event: KeyboardEvent) => {
    const { scene, task, panel } = this
    if (!scene) return
    pressed(event, scene, {
      task,
      panel,
      escape: () => this.escape(),
      here: () => this.finishPick(scene.middle()),
      close: () => this.measured('close'),
      back: () => this.measured('back'),
    })
  }

  private escape(): void {
    if (this.task === 'pick') this.finishPick(null)
    else if (this.task === 'measure') this.measure()
    else this.panel = ''
  }

  private measured(what: 'close' | 'back' | 'clear'): void {
    this.scene?.measure[what]()
    this.scene?.redraw()
    this.requestUpdate()
  }

  // What one sees ---------------------------------------------------------------------------

  override render() {
    const drawn = this.state === 'there'
    return html`<div
        class="ground"
        role="application"
        tabindex=${drawn ? 0 : -1}
        aria-label=${t('map.canvas')}
        @keydown=${this.key}
      ></div>
      ${drawn ? this.around() : this.note()} ${this.panels()}`
  }

  private note() {
    if (this.state === 'no_webgl') return html`<div class="note" role="status"><p>${t('map.no_webgl')}</p></div>`
    if (this.state === 'coming') return html`<div class="note" role="status"><p>${t('map.loading')}</p></div>`
    return html`<div class="note" role="alert">
      <p>${t('map.failed')}</p>
      <button type="button" @click=${() => this.start()}>${t('map.again')}</button>
    </div>`
  }

  private around() {
    const scene = this.scene!
    const { shown, inView } = this.counts
    const seen = this.view || eyes()
    const files = this.laying?.files.filter((f) => f.attribution && this.laying!.isShown(`dropped-${f.name}`)) ?? []
    const goTo = (event: CustomEvent<LonLat & { zoom: number }>) => scene.show(event.detail, Math.max(event.detail.zoom, scene.map.getZoom()))
    const groups = toolGroups({
      panel: this.panel,
      timed: this.timed,
      task: this.task,
      zoom: (by) => scene.zoomBy(by),
      whole: () => scene.fit(homeOf(this.basemap!, lookOf(this.basemap!).parties)),
      open: (panel) => this.toggle(panel),
      time: () => (this.timed = !this.timed),
      measure: () => this.measure(),
    })
    return html`${toolsOf(groups)}
      <div class="top">
        <toguna-map-goto .places=${this.basemap?.places} @toguna-go=${goTo}></toguna-map-goto>
        ${seen && seen !== session().party ? html`<span class="chip view">${t('map.view_as', { party: partyName(seen) })}</span>` : nothing}
        <span class="count" aria-live="polite">${t('map.in_view', { n: inView })}</span>
      </div>
      ${this.timed
        ? html`<toguna-map-time
            .picture=${this.picture}
            .filter=${this.filter}
            .shown=${shown}
            .version=${this.version}
            @toguna-window=${(event: CustomEvent<[number, number] | null>) => (this.window = event.detail)}
          ></toguna-map-time>`
        : nothing}
      ${footOf(scene.frame(), this.pointer, this.basemap, files.map((f) => plainText(f.attribution)))}
      ${this.task === 'measure' ? measureTask(scene.measure, { clear: () => this.measured('clear'), end: () => this.measure() }) : nothing}
      ${this.task === 'pick' ? pickTask({ here: () => this.finishPick(scene.middle()), cancel: () => this.finishPick(null) }) : nothing}
      ${this.pointed ? this.hint(this.pointed) : nothing}`
  }

  private hint({ what, x, y }: { what: Pointed; x: number; y: number }) {
    const { width, height } = this.scene!.frame()
    const across = x > width - 300 ? `right:${width - x + 14}px` : `left:${x + 14}px`
    const down = y > height - 190 ? `bottom:${height - y + 10}px` : `top:${y + 14}px`
    return html`<div class="hint" .style=${`${across};${down}`}>${hintOf(what, this.picture, this.scene!.reports)}</div>`
  }

  private panels() {
    const { panel, picture, filter, crowd, version, feeds, scene, laying, basemap } = this
    const close = () => {
      this.panel = ''
      this.focusIn()
    }
    const choose = (wanted: Filter) => this.setFilter(wanted)
    const changed = () => void this.version++
    return panelOf({ panel, picture, filter, crowd, version, feeds, scene, laying, basemap, close, choose, changed })
  }
}
define('toguna-map', TogunaMap)
