import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { defineConfig } from 'vite'

import { basemap } from './basemap/plugin.mjs'
import { compressed, sizes, worker } from './making/plugins.mjs'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** The page is served below /desk/; it is made beside the code that serves it. */
export default defineConfig({
  root: here('.'),
  base: '/desk/',
  build: {
    outDir: process.env.TOGUNA_WEB_OUT ?? here('../src/toguna/surfaces/web/dist'),
    emptyOutDir: true,
    target: 'es2022',
    // A data: address would not be let in by the page's own rules.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: 'manifest.json',
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2000,
    rollupOptions: { input: here('index.html'), checks: { pluginTimings: false } },
  },
  worker: { format: 'es' },
  plugins: [
    basemap(),
    existsSync(here('src/offline/worker.ts')) ? worker(here('src/offline/worker.ts')) : null,
    compressed(),
    sizes(),
  ],
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
} as Parameters<typeof defineConfig>[0])
