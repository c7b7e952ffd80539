/** Lands, waters and lines of the basemap, from the bottom up. */

import type { ExpressionSpecification, LayerSpecification } from 'maplibre-gl'

import { ITALIC } from './fonts'
import { partyShades, shadesOf, type MapTheme } from './palette'

/** What the look of the map follows from. */
export interface Look {
  theme: MapTheme
  language: 'fr' | 'en'
  /** The parties of the charter; one whose id is the code of a country has that land. */
  parties: readonly string[]
  /** The countries that border on a member's, by ISO code. */
  neighbours: readonly string[]
}

/** A line width that grows with the zoom. */
export function growing(...stops: [zoom: number, value: number][]): ExpressionSpecification {
  return ['interpolate', ['exponential', 1.4], ['zoom'], ...stops.flat()] as ExpressionSpecification
}

function byCountry(
  look: Look, of: (party: string) => string, neighbour: string, other: string,
): ExpressionSpecification {
  const cases: (string | string[])[] = []
  for (const party of new Set(look.parties)) cases.push(party, of(party))
  const near = look.neighbours.filter((iso) => !look.parties.includes(iso))
  if (near.length) cases.push(near, neighbour)
  if (!cases.length) return ['literal', other] as unknown as ExpressionSpecification
  return ['match', ['get', 'iso'], ...cases, other] as unknown as ExpressionSpecification
}

/** Lands and waters. */
export function landLayers(look: Look): LayerSpecification[] {
  const shades = shadesOf(look.theme)
  const parties = partyShades(look.parties, look.theme)
  const land = byCountry(look, (p) => parties.get(p)!.land, shades.neighbour, shades.land)
  const band = byCountry(look, (p) => parties.get(p)!.band, shades.neighbour, shades.land)
  return [
    { id: 'water', type: 'background', paint: { 'background-color': shades.water } },
    {
      id: 'shelf',
      type: 'line',
      source: 'coasts',
      layout: { 'line-join': 'round' },
      paint: {
        'line-color': shades.shelf,
        'line-width': growing([2, 5], [6, 26], [10, 60]),
        'line-blur': growing([2, 3], [6, 18], [10, 40]),
        'line-opacity': 0.9,
      },
    },
    { id: 'land', type: 'fill', source: 'countries', paint: { 'fill-color': land, 'fill-antialias': false } },
    {
      id: 'band',
      type: 'line',
      source: 'bands',
      layout: { 'line-join': 'round' },
      paint: {
        'line-color': band,
        'line-width': growing([3, 4], [5, 8], [10, 20]),
        'line-offset': growing([3, 2], [5, 4], [10, 10]),
        'line-blur': growing([3, 3], [5, 6], [10, 16]),
        'line-opacity': 0.75,
      },
    },
    ...waterLayers(look),
  ]
}

function waterLayers({ theme }: Look): LayerSpecification[] {
  const shades = shadesOf(theme)
  return [
    {
      id: 'rivers',
      type: 'line',
      source: 'rivers',
      layout: { 'line-join': 'round', 'line-cap': 'round' },
      paint: { 'line-color': shades.river, 'line-width': growing([3, 0.5], [6, 1.4], [10, 3]) },
    },
    { id: 'lakes', type: 'fill', source: 'lakes', paint: { 'fill-color': shades.lake } },
    {
      id: 'shores',
      type: 'line',
      source: 'lakes',
      paint: { 'line-color': shades.river, 'line-width': 0.7 },
    },
  ]
}

/** Grid, coasts and borders: above the lands and above what a member dropped in. */
export function lineLayers(look: Look): LayerSpecification[] {
  const shades = shadesOf(look.theme)
  const parties = [...look.parties]
  const member = ['any', ['in', ['get', 'a'], ['literal', parties]], ['in', ['get', 'b'], ['literal', parties]]] as ExpressionSpecification
  const disputed = ['boolean', ['get', 'disputed'], false] as ExpressionSpecification
  return [
    {
      id: 'grid',
      type: 'line',
      source: 'grid',
      paint: { 'line-color': shades.grid, 'line-width': 0.6, 'line-opacity': 0.35 },
    },
    {
      id: 'coast',
      type: 'line',
      source: 'coasts',
      layout: { 'line-join': 'round' },
      paint: { 'line-color': shades.coast, 'line-width': growing([2, 0.5], [8, 1.1]) },
    },
    {
      id: 'borders',
      type: 'line',
      source: 'borders',
      filter: ['all', ['!', member], ['!', disputed]],
      layout: { 'line-join': 'round' },
      paint: { 'line-color': shades.border, 'line-width': growing([2, 0.5], [6, 1], [10, 1.8]) },
    },
    {
      id: 'member-borders',
      type: 'line',
      source: 'borders',
      filter: ['all', member, ['!', disputed]],
      layout: { 'line-join': 'round' },
      paint: {
        'line-color': shades.memberBorder,
        'line-width': growing([2, 0.8], [6, 1.6], [10, 2.6]),
        'line-dasharray': [5, 1.6, 1, 1.6],
      },
    },
    ...disputedLayers(look, disputed),
  ]
}

function disputedLayers({ theme, language }: Look, disputed: ExpressionSpecification): LayerSpecification[] {
  const shades = shadesOf(theme)
  return [
    {
      id: 'disputed-borders',
      type: 'line',
      source: 'borders',
      filter: disputed,
      layout: { 'line-join': 'round' },
      paint: {
        'line-color': shades.disputed,
        'line-width': growing([2, 0.9], [6, 1.5], [10, 2.4]),
        'line-dasharray': [2.5, 2.5],
      },
    },
    {
      id: 'disputed-names',
      type: 'symbol',
      source: 'borders',
      minzoom: 4,
      filter: disputed,
      layout: {
        'symbol-placement': 'line',
        'symbol-spacing': 420,
        'text-field': language === 'fr' ? 'ligne contestée · Natural Earth 10m, ± 1 km env.' : 'disputed line · Natural Earth 10m, ± about 1 km',
        'text-font': ITALIC,
        'text-size': 10.5,
        'text-offset': [0, 0.9],
        'text-max-angle': 30,
      },
      paint: { 'text-color': shades.disputed, 'text-halo-color': shades.halo, 'text-halo-width': 1.4 },
    },
  ]
}
