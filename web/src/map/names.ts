/** Names on the map: countries, cities, airports, waters. What is larger comes first; the rest
 *  is left to MapLibre, which leaves out what would lie on another name. */

import type { ExpressionSpecification, LayerSpecification } from 'maplibre-gl'

import { ITALIC, REGULAR, SEMIBOLD } from './fonts'
import { growing, type Look } from './lands'
import { shadesOf, type Shades } from './palette'

function halo(shades: Shades, color: string, width = 1.5) {
  return { 'text-color': color, 'text-halo-color': shades.halo, 'text-halo-width': width, 'text-halo-blur': 0.4 }
}

/** All names, from the bottom up: what stands higher keeps its place. */
export function nameLayers(look: Look): LayerSpecification[] {
  return [...landscapeNames(look), airportNames(look), placeNames(look), countryNames(look), cityNames(look)]
}

function landscapeNames({ theme, language }: Look): LayerSpecification[] {
  const shades = shadesOf(theme)
  const common = {
    type: 'symbol' as const,
    source: 'landscapes',
    layout: {
      'text-field': ['get', language] as ExpressionSpecification,
      'text-font': ITALIC,
      'text-max-width': 7,
      'text-letter-spacing': 0.14,
    },
  }
  const shown = ['>=', ['zoom'], ['get', 'zoom']] as ExpressionSpecification
  const sea = ['in', ['get', 'what'], ['literal', ['sea', 'lake']]] as ExpressionSpecification
  return [
    {
      ...common,
      id: 'landscapes',
      filter: ['all', shown, ['!', sea]],
      layout: { ...common.layout, 'text-size': growing([3, 10], [6, 12.5]), 'text-letter-spacing': 0.3 },
      paint: { ...halo(shades, shades.inkSoft, 1), 'text-opacity': 0.75 },
    },
    {
      ...common,
      id: 'seas',
      filter: ['all', shown, sea],
      layout: { ...common.layout, 'text-size': growing([2, 11], [6, 14]) },
      paint: { 'text-color': shades.inkWater },
    },
  ]
}

function airportNames({ theme }: Look): LayerSpecification {
  const shades = shadesOf(theme)
  return {
    id: 'airports',
    type: 'symbol',
    source: 'airports',
    minzoom: 5.5,
    filter: ['>=', ['zoom'], ['get', 'from']],
    layout: {
      'icon-image': `airport-${theme}`,
      'icon-padding': 1,
      'text-field': ['step', ['zoom'], '', 6.6, ['get', 'icao'], 9, ['concat', ['get', 'icao'], ' ', ['get', 'name']]],
      'text-font': REGULAR,
      'text-size': 10,
      'text-offset': [0, 0.8],
      'text-anchor': 'top',
      'text-optional': true,
      'symbol-sort-key': ['get', 'rank'],
    },
    paint: { ...halo(shades, shades.inkWater, 1.2), 'icon-opacity': 0.9 },
  }
}

const sizeByPeople = (small: number, large: number): ExpressionSpecification =>
  ['interpolate', ['linear'], ['get', 'people'], 0, small, 50_000, (small + large) / 2, 1_500_000, large]

/** Filters see whole zooms only; what is let in too early is left out by its neighbours. */
const AHEAD = 1.1
const shownHere = ['>=', ['zoom'], ['-', ['get', 'from'], AHEAD]] as ExpressionSpecification
const isCity = ['any', ['get', 'capital'], ['>=', ['get', 'people'], 150_000]] as ExpressionSpecification

function townLayout(language: string) {
  return {
    'text-field': ['get', language] as ExpressionSpecification,
    'text-variable-anchor': ['top', 'bottom', 'right', 'left'] as ('top' | 'bottom' | 'right' | 'left')[],
    'text-radial-offset': 0.45,
    'text-justify': 'auto' as const,
    'text-max-width': 8,
    'text-padding': 3,
    'symbol-sort-key': ['get', 'rank'] as ExpressionSpecification,
    'icon-padding': 0,
  }
}

function placeNames({ theme, language }: Look): LayerSpecification {
  const shades = shadesOf(theme)
  return {
    id: 'places',
    type: 'symbol',
    source: 'places',
    filter: ['all', shownHere, ['!', isCity]],
    layout: {
      ...townLayout(language),
      'icon-image': `place-${theme}`,
      'text-font': REGULAR,
      'text-size': ['interpolate', ['linear'], ['zoom'], 3, sizeByPeople(9.5, 11.5), 7, sizeByPeople(11, 14), 11, sizeByPeople(13, 17)],
    },
    paint: halo(shades, shades.ink),
  }
}

function cityNames({ theme, language }: Look): LayerSpecification {
  const shades = shadesOf(theme)
  return {
    id: 'cities',
    type: 'symbol',
    source: 'places',
    filter: ['all', shownHere, isCity],
    layout: {
      ...townLayout(language),
      'icon-image': ['case', ['get', 'capital'], `capital-${theme}`, `city-${theme}`],
      'text-font': SEMIBOLD,
      'text-size': ['interpolate', ['linear'], ['zoom'], 3, sizeByPeople(10, 12), 7, sizeByPeople(13, 16.5), 11, sizeByPeople(15, 20)],
    },
    paint: halo(shades, shades.ink, 1.7),
  }
}

function countryNames({ theme, language, parties }: Look): LayerSpecification {
  const shades = shadesOf(theme)
  const member = ['in', ['get', 'iso'], ['literal', [...parties]]] as ExpressionSpecification
  const room = ['max', 0, ['-', 5.2, ['log2', ['max', 0.2, ['get', 'size']]]]] as ExpressionSpecification
  return {
    id: 'countries',
    type: 'symbol',
    source: 'countryNames',
    maxzoom: 7.5,
    filter: ['>=', ['zoom'], room],
    layout: {
      'text-field': ['upcase', ['get', language]],
      'text-font': SEMIBOLD,
      'text-letter-spacing': 0.22,
      'text-max-width': 7,
      'text-variable-anchor': ['center', 'top', 'bottom'],
      'text-radial-offset': 1,
      'text-size': ['interpolate', ['linear'], ['zoom'], 2, ['case', member, 11, 9], 6, ['case', member, 19, 14]],
      'symbol-sort-key': ['-', 0, ['get', 'size']],
      'text-padding': 6,
    },
    paint: {
      ...halo(shades, shades.inkSoft, 1.6),
      'text-opacity': ['interpolate', ['linear'], ['zoom'], 5.6, 0.85, 7.4, 0.25],
    },
  }
}
