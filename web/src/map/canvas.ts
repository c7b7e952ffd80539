/** The MapLibre map of one element: its style, its sources, its images. Everything that draws on
 *  it asks this for a source; nobody else changes the style. */

import type { FeatureCollection } from 'geojson'
import {
  Map as MapLibre, setWorkerUrl, type GeoJSONSource, type LayerSpecification, type SourceSpecification, type StyleSpecification,
} from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'

import type { Basemap } from './basemap'
import { fontFaces } from './fonts'
import { gridOf, type View } from './grid'
import { imageOf } from './images'
import { landLayers, lineLayers, type Look } from './lands'
import { nameLayers } from './names'

setWorkerUrl(workerUrl)

const EMPTY: FeatureCollection = { type: 'FeatureCollection', features: [] }
/** Layers of the basemap stand in these groups; data are laid between and above them. */
export type Group = 'lands' | 'dropped' | 'lines' | 'names' | 'data'
const GROUPS: readonly Group[] = ['lands', 'dropped', 'lines', 'names', 'data']

type Made = (look: Look) => LayerSpecification[]

export interface Start {
  container: HTMLElement
  look: Look
  power: Power
  center: [number, number]
  zoom: number
}

/** How this machine draws WebGL: with a graphics card, in software, or not at all. */
export type Power = 'fast' | 'slow' | 'none'

const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i

/** Find out, once. */
export function powerOf(): Power {
  try {
    const gl = document.createElement('canvas').getContext('webgl2')
    if (!gl) return 'none'
    const told = gl.getExtension('WEBGL_debug_renderer_info')
    const name = String(gl.getParameter(told ? told.UNMASKED_RENDERER_WEBGL : gl.RENDERER))
    gl.getExtension('WEBGL_lose_context')?.loseContext()
    return SOFTWARE.test(name) ? 'slow' : 'fast'
  } catch {
    return 'none'
  }
}

export class MapCanvas {
  readonly map: MapLibre
  /** Layers of the base map that something else stands in for. */
  readonly absent = new Set<string>()
  private look: Look
  private readonly made: { group: Group; id: string; layers: Made }[] = []
  private shown: LayerSpecification[] = []

  constructor(basemap: Basemap, start: Start) {
    this.look = start.look
    this.made.push(
      { group: 'lands', id: 'lands', layers: landLayers },
      { group: 'lines', id: 'lines', layers: lineLayers },
      { group: 'names', id: 'names', layers: nameLayers },
    )
    this.shown = this.layers()
    this.map = new MapLibre({
      container: start.container,
      style: this.style(basemap),
      center: start.center,
      zoom: start.zoom,
      minZoom: 1.6,
      maxZoom: 17,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      rollEnabled: false,
      renderWorldCopies: false,
      fadeDuration: start.power === 'slow' ? 0 : 150,
      maxPitch: 0,
      keyboard: false,
      canvasContextAttributes: { antialias: start.power === 'fast' },
    })
    this.map.touchZoomRotate.disableRotation()
    this.map.setMissingStyleImageResolver((id) => this.addImage(id))
    this.map.on('moveend', () => this.drawGrid())
    this.map.once('load', () => this.drawGrid())
  }

  private style(basemap: Basemap): StyleSpecification {
    const data = (collection: FeatureCollection, more: object = {}): SourceSpecification => ({
      type: 'geojson', data: collection, ...more,
    })
    return {
      version: 8,
      'font-faces': fontFaces(),
      sources: {
        countries: data(basemap.countries, { tolerance: 0.3, buffer: 64 }),
        bands: data(this.members(basemap), { tolerance: 2.5, buffer: 128 }),
        coasts: data(basemap.coasts, { tolerance: 0.3, buffer: 64 }),
        borders: data(basemap.borders, { tolerance: 0.3, buffer: 32 }),
        rivers: data(basemap.rivers),
        lakes: data(basemap.lakes),
        countryNames: data(basemap.countryNames),
        places: data(basemap.places, { maxzoom: 10 }),
        airports: data(basemap.airports, { maxzoom: 10 }),
        landscapes: data(basemap.landscapes),
        grid: data(EMPTY),
      },
      layers: this.shown,
    }
  }

  /** The members' lands, drawn more smoothly than their borders are. */
  private members({ countries }: Basemap): FeatureCollection {
    return { ...countries, features: countries.features.filter((f) => this.look.parties.includes(f.properties.iso)) }
  }

  private layers(): LayerSpecification[] {
    const made = GROUPS.flatMap((group) => this.made.filter((m) => m.group === group).flatMap((m) => m.layers(this.look)))
    return made.filter((layer) => !this.absent.has(layer.id))
  }

  private addImage(id: string): void {
    const image = imageOf(id)
    if (image && !this.map.hasImage(id)) this.map.addImage(id, image.data, { pixelRatio: image.ratio })
  }

  private drawGrid(): void {
    this.set('grid', gridOf(this.view()))
  }

  /** What is in view. */
  view(): View {
    const bounds = this.map.getBounds()
    return {
      west: bounds.getWest(),
      south: bounds.getSouth(),
      east: bounds.getEast(),
      north: bounds.getNorth(),
      zoom: this.map.getZoom(),
    }
  }

  /** Draw in another theme, another language or for other parties. */
  setLook(look: Look): void {
    this.look = look
    this.refresh()
  }

  /** Lay more on the map: a source and the layers that draw it. */
  add(group: Group, id: string, sources: Record<string, SourceSpecification>, layers: Made): void {
    for (const [name, source] of Object.entries(sources)) if (!this.map.getSource(name)) this.map.addSource(name, source)
    this.made.push({ group, id, layers })
    this.refresh()
  }

  /** Take away what was laid with this id. */
  remove(id: string, sources: readonly string[]): void {
    const at = this.made.findIndex((m) => m.id === id)
    if (at >= 0) this.made.splice(at, 1)
    this.refresh()
    for (const name of sources) if (this.map.getSource(name)) this.map.removeSource(name)
  }

  /** Give a GeoJSON source other features. */
  set(source: string, features: FeatureCollection): void {
    const found = this.map.getSource(source) as GeoJSONSource | undefined
    void found?.setData(features)
  }

  /** Show what the layers are now, changing only what differs. */
  refresh(): void {
    const wanted = this.layers()
    const ids = new Set(wanted.map((l) => l.id))
    for (const { id } of this.shown) if (!ids.has(id) && this.map.getLayer(id)) this.map.removeLayer(id)
    const before = new Map(this.shown.map((l) => [l.id, l]))
    for (let i = wanted.length - 1; i >= 0; i--) {
      const layer = wanted[i]!
      const old = before.get(layer.id)
      if (!old || !this.map.getLayer(layer.id)) this.map.addLayer(layer, this.above(wanted, i))
      else this.restyle(old, layer)
    }
    this.shown = wanted
  }

  private above(layers: LayerSpecification[], at: number): string | undefined {
    return layers.slice(at + 1).find((l) => this.map.getLayer(l.id))?.id
  }

  private restyle(old: LayerSpecification, layer: LayerSpecification): void {
    const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)
    const changed = (kind: 'paint' | 'layout') => {
      const [was, is] = [(old[kind] ?? {}) as Record<string, unknown>, (layer[kind] ?? {}) as Record<string, unknown>]
      return [...new Set([...Object.keys(was), ...Object.keys(is)])].filter((k) => !same(was[k], is[k])).map((k) => [k, is[k]] as const)
    }
    for (const [name, value] of changed('paint')) this.map.setPaintProperty(layer.id, name as never, value as never)
    for (const [name, value] of changed('layout')) this.map.setLayoutProperty(layer.id, name as never, value as never)
    const [was, is] = [old, layer].map((l) => ('filter' in l ? l.filter : undefined))
    if (!same(was, is)) this.map.setFilter(layer.id, is as never)
  }

  /** Let go of everything. */
  close(): void {
    this.map.remove()
  }
}
