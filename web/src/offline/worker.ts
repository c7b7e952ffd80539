/**
 * The service worker: the page without a network, and the last lists to read.
 *
 * The page is one version, kept whole under its own name; a new one waits until somebody asks
 * for it. Of the node's answers only lists are kept, of one person, until the session ends,
 * somebody else signs in or this person signs out; each says when it was given. Nothing that is
 * sent goes through here: that is the queue's, in the page.
 */

import { isKept, ownerOf, readableUntil, SESSION } from './kept'

/** Every file of the page, those without which it does not open, and a digest of them all. */
declare const __FILES__: string[]
declare const __SHELL__: string[]
declare const __BUILD__: string

interface Happening extends Event {
  waitUntil(done: Promise<unknown>): void
}
interface Asking extends Happening {
  request: Request
  clientId: string
  respondWith(answer: Promise<Response>): void
}
interface Worker {
  addEventListener(name: string, hear: (event: never) => void): void
  skipWaiting(): Promise<void>
  clients: {
    claim(): Promise<void>
    get(id: string): Promise<{ postMessage(told: unknown): void } | undefined>
  }
}

const worker = self as unknown as Worker
const HOME = '/desk/'
const PAGES = 'toguna-page-'
const PAGE = PAGES + __BUILD__
const KEPT = 'toguna-kept'
const KEPT_AT = 'toguna-kept'
const PATIENCE_MS = 8_000
const MOST_BYTES = 1 << 20
const MOST_ANSWERS = 80

const pathOf = (name: string) => HOME + (name === 'index.html' ? '' : name)

// The page ------------------------------------------------------------------------------------

async function install(): Promise<void> {
  await Promise.all(__SHELL__.map(bring))
}

/** Bring one file into the store of this version: out of an older one where it is the same. */
async function bring(name: string): Promise<void> {
  const path = pathOf(name)
  const store = await caches.open(PAGE)
  if (await store.match(path)) return
  const before = name.startsWith('assets/') ? await caches.match(path) : undefined
  const answer = before ?? (await fetch(path, { cache: 'no-cache' }))
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`)
  await store.put(path, answer)
}

async function activate(): Promise<void> {
  const names = await caches.keys()
  await Promise.all(names.filter((name) => name.startsWith(PAGES) && name !== PAGE).map((name) => caches.delete(name)))
  await worker.clients.claim()
}

/** Bring what is missing, one after the other, so that nothing else waits for long. */
async function fill(): Promise<void> {
  for (const name of __FILES__) await bring(name).catch(() => undefined)
}

async function page(request: Request): Promise<Response> {
  const store = await caches.open(PAGE)
  return (await store.match(HOME)) ?? fetch(request)
}

async function file(request: Request, path: string): Promise<Response> {
  const store = await caches.open(PAGE)
  const found = await store.match(path)
  if (found) return found
  const answer = await fetch(request)
  const known = __FILES__.includes(path.slice(HOME.length))
  if (known && answer.status === 200) await store.put(path, answer.clone())
  return answer
}

// Answers -------------------------------------------------------------------------------------

const keyOf = (url: URL, office: string) => `/kept/${encodeURIComponent(office)}${url.pathname}${url.search}`

async function listed(event: Asking, url: URL): Promise<Response> {
  const key = keyOf(url, event.request.headers.get('toguna-office') ?? '')
  const store = await caches.open(KEPT)
  const before = await store.match(url.pathname === SESSION ? SESSION : key)
  try {
    const answer = await (before ? soon(fetch(event.request)) : fetch(event.request))
    event.waitUntil(keep(store, url, key, answer.clone()))
    return answer
  } catch (error) {
    if (!before) throw error
    if (url.pathname === SESSION) return before
    if (!(await mayBeRead(store))) throw error
    const at_ms = Date.parse(before.headers.get(KEPT_AT) ?? '')
    const client = await worker.clients.get(event.clientId)
    client?.postMessage({ toguna: 'kept', at_ms })
    return before
  }
}

/** A line that says nothing for so long is none. */
function soon(asked: Promise<Response>): Promise<Response> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no answer')), PATIENCE_MS)
    asked.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

async function keep(store: Cache, url: URL, key: string, answer: Response): Promise<void> {
  if (url.pathname === SESSION) return keepSession(store, answer)
  const body = answer.ok ? await answer.arrayBuffer() : null
  if (!body || body.byteLength > MOST_BYTES || !(await store.match(SESSION))) return
  await store.delete(key)
  await store.put(key, marked(body))
  const keys = (await store.keys()).filter((one) => new URL(one.url).pathname !== SESSION)
  for (const one of keys.slice(0, -MOST_ANSWERS)) await store.delete(one)
}

/** Somebody else, or nobody: then what was kept is not theirs to read. */
async function keepSession(store: Cache, answer: Response): Promise<void> {
  if (!answer.ok) return
  const body = await answer.arrayBuffer()
  const owner = ownerOf(JSON.parse(new TextDecoder().decode(body)))
  const before = await store.match(SESSION)
  if (!owner || (before && ownerOf(await before.json()) !== owner)) await forget()
  if (owner) await (await caches.open(KEPT)).put(SESSION, marked(body))
}

function marked(body: ArrayBuffer): Response {
  const headers = { 'content-type': 'application/json', [KEPT_AT]: new Date().toISOString() }
  return new Response(body, { headers })
}

async function mayBeRead(store: Cache): Promise<boolean> {
  const session = await store.match(SESSION)
  if (session && Date.now() < readableUntil(await session.json())) return true
  const lists = (await store.keys()).filter((one) => new URL(one.url).pathname !== SESSION)
  await Promise.all(lists.map((one) => store.delete(one)))
  return false
}

async function forget(): Promise<void> {
  await caches.delete(KEPT)
}

async function signOut(request: Request): Promise<Response> {
  const answer = await fetch(request)
  if (answer.ok) await forget()
  return answer
}

// What the browser asks -----------------------------------------------------------------------

function answerTo(event: Asking): Promise<Response> | null {
  const { request } = event
  const url = new URL(request.url)
  if (url.origin !== location.origin) return null
  if (request.method === 'POST') return url.pathname === '/api/sign-out' ? signOut(request) : null
  if (request.method !== 'GET' || request.headers.has('range')) return null
  if (url.pathname === HOME || (request.mode === 'navigate' && url.pathname.startsWith(HOME))) return page(request)
  if (url.pathname.startsWith(HOME)) return file(request, url.pathname)
  return isKept(url.pathname, url.search) ? listed(event, url) : null
}

const TOLD: Record<string, () => Promise<unknown>> = { 'take over': () => worker.skipWaiting(), fill, forget }

worker.addEventListener('install', (event: Happening) => event.waitUntil(install()))
worker.addEventListener('activate', (event: Happening) => event.waitUntil(activate()))
worker.addEventListener('fetch', (event: Asking) => {
  const answer = answerTo(event)
  if (answer) event.respondWith(answer)
})
worker.addEventListener('message', (event: Happening & { data?: { toguna?: string } }) => {
  const does = TOLD[event.data?.toguna ?? '']
  if (does) event.waitUntil(does())
})
