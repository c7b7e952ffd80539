import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Lays the map's files into `public/map` before Vite copies `public`. */
export function basemap() {
  return {
    name: 'toguna-basemap',
    apply: 'build',
    buildStart() {
      execFileSync(process.execPath, [fileURLToPath(new URL('build.mjs', import.meta.url))], { stdio: 'inherit' })
    },
  }
}
