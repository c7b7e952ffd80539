/** What the build does besides Vite: the service worker, smaller copies, and the sizes. */

import { createHash } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

import { build } from 'vite'

const SMALLER = /\.(?:js|css|html|svg|json|webmanifest|geojson)$/
const WORTH_IT = 512
/** Asked of the first page: at most so many bytes gzipped, the map left out. */
const FIRST_PAGE_BYTES = 200_000

async function filesIn(folder) {
  const found = await readdir(folder, { recursive: true, withFileTypes: true })
  return found.filter((f) => f.isFile()).map((f) => relative(folder, join(f.parentPath, f.name)).split(sep).join('/'))
}

/**
 * Build the service worker by itself, as one classic script named worker.js: its scope
 * and its address must not change. `__FILES__` in it is the list of the page's files, `__SHELL__`
 * of those that it needs to open, and `__BUILD__` a digest of their contents, so that the script
 * changes when the page does.
 */
export function worker(entry) {
  let folder = ''
  return {
    name: 'toguna-worker',
    apply: 'build',
    configResolved: (config) => void (folder = config.build.outDir),
    async closeBundle() {
      const files = (await filesIn(folder)).filter((f) => !/^manifest\.json$|\.(?:br|gz|map)$|^worker\.js$/.test(f)).sort()
      const digest = createHash('sha256')
      for (const file of files) digest.update(file).update(await readFile(join(folder, file)))
      await build({
        configFile: false,
        logLevel: 'warn',
        publicDir: false,
        define: {
          __FILES__: JSON.stringify(files),
          __SHELL__: JSON.stringify(await shell(folder)),
          __BUILD__: JSON.stringify(digest.digest('hex').slice(0, 16)),
        },
        build: {
          outDir: folder,
          emptyOutDir: false,
          target: 'es2022',
          copyPublicDir: false,
          rollupOptions: { input: entry, output: { format: 'iife', entryFileNames: 'worker.js' } },
        },
      })
    },
  }
}

/** What the worker brings before the page counts as there: it opens, and reports are written. */
async function shell(folder) {
  const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'))
  const offline = Object.keys(manifest).filter((name) => name.startsWith('src/offline/'))
  return [...firstPage(manifest, offline), 'icon.svg', 'manifest.webmanifest']
}

/** Lay a .br and a .gz beside every file that gets smaller by it. */
export function compressed() {
  let folder = ''
  return {
    name: 'toguna-compressed',
    apply: 'build',
    configResolved: (config) => void (folder = config.build.outDir),
    closeBundle: {
      order: 'post',
      sequential: true,
      async handler() {
        for (const file of await filesIn(folder)) {
          if (!SMALLER.test(file) || file === 'manifest.json') continue
          const content = await readFile(join(folder, file))
          if (content.length < WORTH_IT) continue
          const level = { params: { [constants.BROTLI_PARAM_QUALITY]: content.length > 2_000_000 ? 9 : 11 } }
          await writeFile(join(folder, `${file}.br`), brotliCompressSync(content, level))
          await writeFile(join(folder, `${file}.gz`), gzipSync(content, { level: 9 }))
        }
      },
    },
  }
}

/** Everything that the first page loads: what the entry imports, and what the desk does. */
export function firstPage(manifest, more = []) {
  const wanted = ['index.html', 'src/desk/desk.ts', ...more]
  const files = new Set(['index.html'])
  const seen = new Set()
  while (wanted.length) {
    const name = wanted.pop()
    const chunk = manifest[name]
    if (!chunk || seen.has(name)) continue
    seen.add(name)
    files.add(chunk.file)
    for (const file of [...(chunk.css ?? []), ...(chunk.assets ?? [])]) files.add(file)
    wanted.push(...(chunk.imports ?? []))
  }
  for (const chunk of Object.values(manifest)) if (/noto-sans-latin-[46]00-normal\.woff2$/.test(chunk.src ?? '')) files.add(chunk.file)
  return [...files].sort()
}

/** Write sizes.json and print what the first page weighs. */
export function sizes() {
  let folder = ''
  let command = 'build'
  return {
    name: 'toguna-sizes',
    apply: 'build',
    configResolved: (config) => void ((folder = config.build.outDir), (command = config.command)),
    closeBundle: {
      order: 'post',
      sequential: true,
      async handler() {
        if (command !== 'build') return
        const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'))
        const said = {}
        for (const file of firstPage(manifest)) said[file] = gzipSync(await readFile(join(folder, file)), { level: 9 }).length
        const total = Object.values(said).reduce((sum, n) => sum + n, 0)
        await writeFile(join(folder, 'sizes.json'), JSON.stringify({ limit: FIRST_PAGE_BYTES, total, files: said }, null, 1))
        console.log(`first page: ${(total / 1000).toFixed(1)} kB gzipped of ${FIRST_PAGE_BYTES / 1000} kB`)
        if (total > FIRST_PAGE_BYTES) throw new Error(`the first page weighs ${total} bytes gzipped: ${JSON.stringify(said)}`)
      },
    },
  }
}
