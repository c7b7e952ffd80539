/**
 * The service worker from the page's side: registering it, saying that there is a new version,
 * and knowing when lists are old answers that the worker had kept.
 */

import { loadSession } from '../house/api'
import { live } from '../house/live'
import { t } from '../house/words'
import { offer } from './offer'

const WORKER = '/desk/worker.js'
const FILL_AFTER_MS = 8_000

/** What the worker tells its pages. */
export interface Told {
  toguna: 'kept'
  at_ms: number
}

class Offline {
  /** As of when the oldest of the lists is that the worker answered; 0: all are fresh. */
  as_of_us = 0
  private readonly heard = new Set<() => void>()

  on(hear: () => void): () => void {
    this.heard.add(hear)
    return () => this.heard.delete(hear)
  }

  /** Begin with the worker. Where there is none (plain HTTP), the page works as it is. */
  async begin(): Promise<void> {
    addEventListener('vite:preloadError', () => offer(t('offline.new_version'), t('offline.reload'), reload))
    live.onState((state) => {
      if (state.name === 'connected' && this.as_of_us) this.fresh()
    })
    const workers = navigator.serviceWorker
    if (!workers) return
    workers.addEventListener('message', (event: MessageEvent<Told>) => {
      if (event.data?.toguna === 'kept') this.old(event.data.at_ms * 1000)
    })
    // The first worker takes over a page that is up to date; a later one only when asked to.
    let had = workers.controller !== null
    workers.addEventListener('controllerchange', () => {
      if (had) location.reload()
      // What this page asked before there was a worker, nobody kept: who sits here is asked again.
      else void loadSession().catch(() => undefined)
      had = true
    })
    const registered = await workers.register(WORKER, { scope: '/desk/' }).catch(() => undefined)
    if (!registered) return
    this.watch(registered)
    setTimeout(() => fill(registered), FILL_AFTER_MS)
  }

  /** Tell the worker to forget the answers that it keeps. */
  forget(): void {
    navigator.serviceWorker?.controller?.postMessage({ toguna: 'forget' })
    this.as_of_us = 0
    this.say()
  }

  private watch(registered: ServiceWorkerRegistration): void {
    const ready = () => {
      const waiting = registered.waiting
      if (!waiting || !navigator.serviceWorker.controller) return
      offer(t('offline.new_version'), t('offline.reload'), () => waiting.postMessage({ toguna: 'take over' }))
    }
    ready()
    registered.addEventListener('updatefound', () => {
      registered.installing?.addEventListener('statechange', ready)
    })
  }

  private old(as_of_us: number): void {
    this.as_of_us = this.as_of_us ? Math.min(this.as_of_us, as_of_us) : as_of_us
    this.say()
  }

  private fresh(): void {
    this.as_of_us = 0
    live.stale()
    this.say()
  }

  private say(): void {
    for (const hear of this.heard) hear()
  }
}

function reload(): void {
  location.reload()
}

/** Bring the rest of the page, unless the line is one that each byte is paid on. */
function fill(registered: ServiceWorkerRegistration): void {
  const line = (navigator as { connection?: { saveData?: boolean } }).connection
  if (!line?.saveData) registered.active?.postMessage({ toguna: 'fill' })
}

export const offline = new Offline()
