/** The map's own files (`web/basemap`), as features. They are read once for the whole page. */

import type { Feature, FeatureCollection, Geometry, Point } from 'geojson'
import { feature } from 'topojson-client'
import type { GeometryCollection, Topology } from 'topojson-specification'

export interface Source {
  id: string
  name: string
  via: string
  /** The day or month of the data; empty where the package does not say. */
  as_of: string
  licence: string
  attribution: string
  uncertainty_m?: number
}

export interface Country {
  iso: string
  fr: string
  en: string
  lon: number
  lat: number
  size: number
  disputed?: boolean
}

export interface Basemap {
  about: { region: [number, number, number, number]; sources: Source[] }
  countries: FeatureCollection<Geometry, Country>
  borders: FeatureCollection
  coasts: FeatureCollection
  rivers: FeatureCollection
  lakes: FeatureCollection
  countryNames: FeatureCollection<Point>
  places: FeatureCollection<Point>
  airports: FeatureCollection<Point>
  landscapes: FeatureCollection<Point>
}

interface Places {
  name: string[]
  name_fr: Record<number, string>
  country: string[]
  lon_e4: number[]
  lat_e4: number[]
  people: number[]
  zoom_e1: number[]
  capital: number[]
}

interface Airports {
  icao: string[]
  iata: string[]
  name: string[]
  lon_e4: number[]
  lat_e4: number[]
  elevation_ft: number[]
  zoom_e1: number[]
}

interface Landscape {
  fr: string
  en: string
  lon: number
  lat: number
  zoom: number
  what: string
}

let reading: Promise<Basemap> | undefined

/** The basemap; read once, tried again after a failure. */
export function loadBasemap(): Promise<Basemap> {
  reading ??= read().catch((error: unknown) => {
    reading = undefined
    throw error
  })
  return reading
}

async function file<T>(name: string): Promise<T> {
  const answer = await fetch(`${import.meta.env.BASE_URL}map/${name}.json`)
  if (!answer.ok) throw new Error(`map/${name}.json: ${answer.status}`)
  return (await answer.json()) as T
}

async function read(): Promise<Basemap> {
  const [about, region, around, world, waters, places, airports, landscapes] = await Promise.all([
    file<Basemap['about']>('about'),
    file<Topology>('region'),
    file<Topology>('around'),
    file<Topology>('world'),
    file<Topology>('waters'),
    file<Places>('places'),
    file<Airports>('airports'),
    file<Landscape[]>('landscapes'),
  ])
  const scales = [world, around, region]
  const countries = gathered<Country>(scales, 'countries')
  return {
    about,
    countries,
    borders: gathered(scales, 'borders'),
    coasts: gathered(scales, 'coasts'),
    rivers: gathered([waters], 'rivers'),
    lakes: gathered([waters], 'lakes'),
    countryNames: points(countries.features.map(({ properties: p }) => [p.lon, p.lat, { ...p }])),
    places: placesOf(places),
    airports: airportsOf(airports),
    landscapes: points(landscapes.map(({ lon, lat, ...rest }) => [lon, lat, rest])),
  }
}

function gathered<P>(topologies: Topology[], name: string): FeatureCollection<Geometry, P> {
  const features = topologies.flatMap((topology) => {
    const object = topology.objects[name]
    return object ? feature(topology, object as GeometryCollection).features : []
  })
  return { type: 'FeatureCollection', features: features as Feature<Geometry, P>[] }
}

type Placed = [lon: number, lat: number, properties: Record<string, unknown>]

/** Points with properties as a collection. */
export function points(placed: Placed[]): FeatureCollection<Point> {
  return {
    type: 'FeatureCollection',
    features: placed.map(([lon, lat, properties]) => ({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [lon, lat] },
      properties,
    })),
  }
}

function placesOf(columns: Places): FeatureCollection<Point> {
  const capitals = new Set(columns.capital)
  return points(
    columns.name.map((en, i) => [
      columns.lon_e4[i]! / 1e4,
      columns.lat_e4[i]! / 1e4,
      {
        en,
        fr: columns.name_fr[i] ?? en,
        country: columns.country[i],
        rank: i,
        people: columns.people[i],
        from: columns.zoom_e1[i]! / 10,
        capital: capitals.has(i),
      },
    ]),
  )
}

function airportsOf(columns: Airports): FeatureCollection<Point> {
  return points(
    columns.icao.map((icao, i) => [
      columns.lon_e4[i]! / 1e4,
      columns.lat_e4[i]! / 1e4,
      { icao, iata: columns.iata[i], name: columns.name[i], rank: i, from: columns.zoom_e1[i]! / 10 },
    ]),
  )
}
