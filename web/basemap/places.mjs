// Cities and airports as columns. A place is as important as the land around it is empty: it is
// shown from the zoom at which no larger place stands near its name, so that Taoudenni appears
// in its desert before a suburb of Lagos does.

import { join } from 'node:path'

import { FRENCH_CITIES } from './names.mjs'
import { readCsv, readJson } from './sources.mjs'

const NAME_PX = 58 // room that a name wants for itself
const TILE_PX = 512
const CAPITAL_COUNTS_AS = 5_000_000

/** Countries of GeoNames by their numeric ISO code: alpha-2 code, capital, English name. */
export function countriesOf(folder) {
  const all = Object.values(readJson(join(folder, 'data/countries.json')))
  return new Map(
    all.map((c) => [
      String(c.isonumeric).padStart(3, '0'),
      { iso: c.iso, capital: c.capital, name: c.name },
    ]),
  )
}

function inside({ longitude, latitude }, [west, south, east, north]) {
  return longitude >= west && longitude <= east && latitude >= south && latitude <= north
}

function frenchName(city) {
  const french = FRENCH_CITIES[`${city.countrycode} ${city.name}`]
  if (french && !city.alternatenames.includes(french)) {
    throw new Error(`GeoNames does not know ${city.name} as ${french}`)
  }
  return french ?? ''
}

/** Cities of the region, and the large ones of the surroundings, largest first. */
function chosen(folder, region, near) {
  const capitals = new Set(
    [...countriesOf(folder).values()].map((c) => `${c.iso} ${plain(c.capital)}`),
  )
  return Object.values(readJson(join(folder, 'data/cities500.json')))
    .map((c) => ({ ...c, capital: capitals.has(`${c.countrycode} ${plain(c.name)}`) }))
    .filter(
      (c) =>
        inside(c, region) ||
        (inside(c, near) && (c.population >= 300_000 || c.capital)) ||
        (c.capital && c.population >= 1_000_000),
    )
    .sort((a, b) => weight(b) - weight(a) || a.geonameid - b.geonameid)
}

function plain(name) {
  return name.normalize('NFD').replaceAll(/[^a-zA-Z ]/g, '').toLowerCase()
}

function weight(city) {
  return city.population + (city.capital ? CAPITAL_COUNTS_AS : 0)
}

/** The zoom from which each place has room, given that larger ones come first. */
export function zooms(places) {
  const cells = new Map() // larger places by whole degrees
  return places.map(({ longitude, latitude }) => {
    const nearest = nearestOf(cells, longitude, latitude)
    const key = `${Math.floor(longitude)} ${Math.floor(latitude)}`
    cells.set(key, [...(cells.get(key) ?? []), [longitude, latitude]])
    const zoom = Math.log2((NAME_PX * 360) / (TILE_PX * nearest))
    return Math.min(12, Math.max(2, zoom))
  })
}

const FARTHEST = 8 // degrees; beyond it a place is alone at any zoom

function nearestOf(cells, lon, lat) {
  for (let ring = 0; ring <= FARTHEST; ring++) {
    let nearest = Infinity
    for (let x = -ring - 1; x <= ring + 1; x++) {
      for (let y = -ring - 1; y <= ring + 1; y++) {
        for (const [a, b] of cells.get(`${Math.floor(lon) + x} ${Math.floor(lat) + y}`) ?? []) {
          nearest = Math.min(nearest, Math.hypot(a - lon, b - lat))
        }
      }
    }
    if (nearest <= ring + 0.5) return Math.max(nearest, 0.001)
  }
  return FARTHEST
}

const e4 = (degrees) => Math.round(degrees * 1e4)

/** Columns: name, French name where it differs, place, people, zoom x 10, capital. */
export function cities(folder, region, near) {
  const places = chosen(folder, region, near)
  const seen = new Set(places.map((c) => `${c.countrycode} ${c.name}`))
  const strange = Object.keys(FRENCH_CITIES).filter((key) => !seen.has(key))
  if (strange.length) throw new Error(`not on the map, though in French: ${strange.join(', ')}`)
  const from = zooms(places)
  const kept = places.map((c, i) => ({ ...c, zoom: from[i] })).filter((c) => c.zoom < 11.5)
  const french = kept.map((c, i) => [i, frenchName(c)]).filter(([, name]) => name)
  return {
    name: kept.map((c) => c.name),
    name_fr: Object.fromEntries(french),
    country: kept.map((c) => c.countrycode.toLowerCase()),
    lon_e4: kept.map((c) => e4(c.longitude)),
    lat_e4: kept.map((c) => e4(c.latitude)),
    people: kept.map((c) => c.population),
    zoom_e1: kept.map((c) => Math.round(c.zoom * 10)),
    capital: kept.flatMap((c, i) => (c.capital ? [i] : [])),
  }
}

/** Columns: ICAO code, IATA code, name, place, elevation in feet as the source gives it. */
export function airports(folder, region) {
  const kept = readCsv(join(folder, 'airports.csv'))
    .map((a) => ({ ...a, longitude: Number(a.lon), latitude: Number(a.lat) }))
    .filter((a) => a.icao && inside(a, region))
  kept.sort((a, b) => (b.iata !== '') - (a.iata !== '') || a.icao.localeCompare(b.icao))
  const ranked = zooms(kept)
  return {
    icao: kept.map((a) => a.icao),
    iata: kept.map((a) => a.iata),
    name: kept.map((a) => a.name),
    lon_e4: kept.map((a) => e4(a.longitude)),
    lat_e4: kept.map((a) => e4(a.latitude)),
    elevation_ft: kept.map((a) => Math.round(Number(a.elevation))),
    zoom_e1: ranked.map((z) => Math.round(Math.max(5.5, z) * 10)),
  }
}
