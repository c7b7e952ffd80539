/** Lines and areas that the domains declare: sectors, boundary lines with their uncertainty. */

import type { Feature, FeatureCollection } from 'geojson'
import type { LayerSpecification } from 'maplibre-gl'

import { distance } from '../house/shape'
import type { Laid, ShapeDoc } from './feeds'
import { ITALIC, SEMIBOLD } from './fonts'
import { growing, type Look } from './lands'
import { shadesOf } from './palette'

const degrees = (vertices: readonly [number, number][]) => vertices.map(([lon, lat]) => [lon / 1e7, lat / 1e7])

/** The features of a layer; each knows its address. */
export function featuresOf(laid: Laid, language: 'fr' | 'en'): FeatureCollection {
  return { type: 'FeatureCollection', features: [...laid.shapes.values()].flatMap((doc) => featureOf(doc, language)) }
}

function featureOf(doc: ShapeDoc, language: 'fr' | 'en'): Feature[] {
  const named = (language === 'en' ? (doc.name_en ?? doc.title_en) : undefined) ?? doc.name ?? doc.title ?? ''
  const error = doc.uncertainty_m ? `± ${distance(doc.uncertainty_m)}` : ''
  const properties = {
    address: doc.address,
    name: [named, doc.source, error].filter(Boolean).join(' · '),
    short: named,
    party: doc.party ?? '',
    disputed: doc.disputed ?? false,
  }
  const geometry = doc.area
    ? { type: 'Polygon' as const, coordinates: [degrees(doc.area)] }
    : { type: 'MultiLineString' as const, coordinates: (doc.lines ?? (doc.line ? [doc.line] : [])).map(degrees) }
  return geometry.coordinates.length ? [{ type: 'Feature', geometry, properties }] : []
}

/** How areas are drawn: hatched by nothing, a light ground, an edge, and their name inside. */
export function areaLayers(source: string, { theme }: Look, visible: boolean): LayerSpecification[] {
  const shades = shadesOf(theme)
  const visibility = visible ? 'visible' : 'none'
  return [
    {
      id: `${source}-ground`,
      type: 'fill',
      source,
      layout: { visibility },
      paint: { 'fill-color': shades.mark, 'fill-opacity': 0.1 },
    },
    {
      id: `${source}-edge`,
      type: 'line',
      source,
      layout: { visibility, 'line-join': 'round' },
      paint: { 'line-color': shades.mark, 'line-width': growing([4, 1], [9, 2.2]), 'line-dasharray': [6, 2] },
    },
    {
      id: `${source}-name`,
      type: 'symbol',
      source,
      minzoom: 4.5,
      layout: { visibility, 'text-field': ['get', 'short'], 'text-font': SEMIBOLD, 'text-size': 12, 'text-max-width': 9 },
      paint: { 'text-color': shades.mark, 'text-halo-color': shades.halo, 'text-halo-width': 1.6 },
    },
  ]
}

/** How boundary lines are drawn: disputed ones as such, each with its name, source and error. */
export function boundaryLayers(source: string, { theme }: Look, visible: boolean): LayerSpecification[] {
  const shades = shadesOf(theme)
  const visibility = visible ? 'visible' : 'none'
  const line = (id: string, disputed: boolean): LayerSpecification => ({
    id: `${source}-${id}`,
    type: 'line',
    source,
    filter: ['==', ['get', 'disputed'], disputed],
    layout: { visibility, 'line-join': 'round', 'line-cap': 'round' },
    paint: {
      'line-color': disputed ? shades.disputed : shades.mark,
      'line-width': growing([4, 1.4], [9, 2.6]),
      'line-dasharray': disputed ? [2.5, 2.5] : [1, 2],
    },
  })
  return [
    line('plain', false),
    line('disputed', true),
    {
      id: `${source}-name`,
      type: 'symbol',
      source,
      minzoom: 5,
      layout: {
        visibility,
        'symbol-placement': 'line',
        'symbol-spacing': 380,
        'text-field': ['get', 'name'],
        'text-font': ITALIC,
        'text-size': 11,
        'text-offset': [0, -0.9],
        'text-max-angle': 30,
      },
      paint: { 'text-color': shades.disputed, 'text-halo-color': shades.halo, 'text-halo-width': 1.6 },
    },
  ]
}
