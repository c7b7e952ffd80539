/** Maps that the member laid into its node's folder: GeoJSON as a whole, PMTiles by ranges. What
 *  is in them is recognised by the names that such files commonly use; the rest is drawn plainly. */

import { addProtocol, type ExpressionSpecification, type LayerSpecification, type SourceSpecification } from 'maplibre-gl'
import { PMTiles, Protocol } from 'pmtiles'

import { get } from '../house/api'
import { ITALIC, REGULAR } from './fonts'
import { growing, type Look } from './lands'
import { shadesOf, type Shades } from './palette'

/** A file as `GET /api/map` tells of it. */
export interface MapFile {
  name: string
  type: 'geojson' | 'vector' | 'raster' | 'unknown'
  bytes: number
  sha256: string
  changed_us: number
  attribution: string
  why: string
}

export interface Dropped {
  file: MapFile
  source: SourceSpecification
  /** Names of the layers inside a vector file. */
  inside: string[]
}

let protocol: Protocol | undefined

/** The files that there are. */
export async function listFiles(): Promise<MapFile[]> {
  return (await get<{ files: MapFile[] }>('/api/map')).files
}

/** Make a file ready to be drawn. */
export async function openFile(file: MapFile): Promise<Dropped> {
  const url = new URL(`/api/map/${encodeURIComponent(file.name)}`, location.href).href
  if (file.type === 'geojson') return { file, source: { type: 'geojson', data: url, tolerance: 0.4 }, inside: [] }
  if (!protocol) {
    protocol = new Protocol()
    addProtocol('pmtiles', protocol.tile)
  }
  const tiles = new PMTiles(url)
  protocol.add(tiles)
  if (file.type === 'raster') return { file, source: { type: 'raster', url: `pmtiles://${url}`, tileSize: 256 }, inside: [] }
  const metadata = (await tiles.getMetadata()) as { vector_layers?: { id: string }[] }
  return {
    file,
    source: { type: 'vector', url: `pmtiles://${url}` },
    inside: (metadata.vector_layers ?? []).map((layer) => layer.id),
  }
}

/** Plain text of an attribution, which may come as HTML. */
export function plainText(html: string): string {
  return new DOMParser().parseFromString(html, 'text/html').body.textContent?.trim() ?? ''
}

type Kind = 'water' | 'river' | 'road' | 'place' | 'border' | 'land' | 'other'

const WORDS: [Kind, RegExp][] = [
  ['border', /bound|admin|frontier|border|region|limite|cercle|province|adm\d/i],
  ['river', /river|waterway|stream|fleuve|rivi|wadi|oued|centerline/i],
  ['road', /road|street|highway|transport|route|track|piste|network|rail/i],
  ['water', /water|lake|ocean|sea|lac\b|hydro/i],
  ['place', /place|settlement|village|town|city|localit|poi|label|ville|camp|well|puits/i],
  ['land', /land|earth|green|natural/i],
]

/** What a name speaks of. */
export function kindOf(name: string): Kind {
  return WORDS.find(([, words]) => words.test(name))?.[0] ?? 'other'
}

/** What a file speaks of, by its name or the names of the layers inside. */
export function kindsOf({ file, inside }: Dropped): Kind[] {
  return (inside.length ? inside : [file.name]).map(kindOf)
}

function colorOf(kind: Kind, shades: Shades): string {
  if (kind === 'water' || kind === 'river') return shades.river
  if (kind === 'road') return shades.road
  return kind === 'border' ? shades.border : shades.inkSoft
}

/** Whether a feature is of a type of geometry, one or many. */
const isOf = (type: string): ExpressionSpecification => ['in', ['geometry-type'], ['literal', [type, `Multi${type}`]]]

const nameOf = (language: string): ExpressionSpecification => [
  'to-string',
  ['coalesce', ['get', `name_${language}`], ['get', `name:${language}`], ['get', 'name'], ['get', 'NAME'], ['get', 'admin1Name'], ['get', 'shapeName'], ''],
]

/** The layers that draw a file. */
export function droppedLayers({ file, inside }: Dropped, look: Look, visible: boolean): LayerSpecification[] {
  const source = sourceOf(file)
  const visibility = visible ? 'visible' as const : 'none' as const
  if (file.type === 'raster') return [{ id: source, type: 'raster', source, layout: { visibility }, paint: { 'raster-opacity': look.theme === 'dark' ? 0.6 : 0.85 } }]
  const parts = inside.length ? inside : ['']
  return parts.flatMap((part) => vectorLayers(source, part, kindOf(part || file.name), look, visibility))
}

/** The name of the source of a file. */
export function sourceOf(file: MapFile): string {
  return `dropped-${file.name}`
}

function vectorLayers(source: string, part: string, kind: Kind, look: Look, visibility: 'visible' | 'none'): LayerSpecification[] {
  const shades = shadesOf(look.theme)
  const base = { source, ...(part && { 'source-layer': part }) }
  const id = (what: string) => `${source}-${part}-${what}`
  const color = colorOf(kind, shades)
  const filled = kind === 'water' ? [{
    ...base, id: id('fill'), type: 'fill' as const, filter: isOf('Polygon'), layout: { visibility },
    paint: { 'fill-color': shades.lake, 'fill-opacity': 0.9 },
  }] : []
  return [
    ...filled,
    {
      ...base,
      id: id('line'),
      type: 'line',
      filter: ['!', isOf('Point')],
      layout: { visibility, 'line-join': 'round', 'line-cap': 'round' },
      paint: {
        'line-color': color,
        'line-width': kind === 'river' ? growing([4, 0.7], [8, 1.8], [12, 4]) : kind === 'road' ? growing([4, 0.5], [8, 1.3], [12, 3]) : growing([4, 0.6], [10, 1.4]),
        'line-opacity': kind === 'land' ? 0.3 : 0.9,
        ...(kind === 'border' && { 'line-dasharray': [3, 2] }),
      },
    },
    ...namesIn(base, id, kind, look, visibility),
  ]
}

function namesIn(
  base: { source: string; 'source-layer'?: string }, id: (what: string) => string, kind: Kind, look: Look, visibility: 'visible' | 'none',
): LayerSpecification[] {
  const shades = shadesOf(look.theme)
  const water = kind === 'river' || kind === 'water'
  const paint = { 'text-color': water ? shades.inkWater : shades.inkSoft, 'text-halo-color': shades.halo, 'text-halo-width': 1.2 }
  const text = { visibility, 'text-field': nameOf(look.language), 'text-font': water ? ITALIC : REGULAR, 'text-size': 11 }
  const along: LayerSpecification = {
    ...base, id: id('along'), type: 'symbol', minzoom: 5, filter: isOf('LineString'),
    layout: { ...text, 'symbol-placement': 'line', 'symbol-spacing': 320, 'text-letter-spacing': 0.08, 'text-max-angle': 32 },
    paint,
  }
  const inside: LayerSpecification = {
    ...base, id: id('inside'), type: 'symbol', minzoom: 5, filter: isOf('Polygon'),
    layout: { ...text, 'text-transform': 'uppercase', 'text-letter-spacing': 0.1, 'text-size': 10.5 }, paint,
  }
  const spot: LayerSpecification = {
    ...base, id: id('spot'), type: 'symbol', minzoom: 6, filter: isOf('Point'),
    layout: {
      ...text, 'icon-image': `place-${look.theme}`, 'text-variable-anchor': ['top', 'bottom', 'right', 'left'],
      'text-radial-offset': 0.4, 'text-optional': true,
    },
    paint: { ...paint, 'text-color': shades.ink },
  }
  return [along, inside, spot]
}
