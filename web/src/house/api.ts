/** Asking the node. Every error arrives as a `Problem` that says what, where and what to do. */

import { setNodeTime } from './clock'
import { maySend, viewFor } from './eyes'

/** What the node says of whoever sits here (`GET /api/session`). */
export interface Session {
  signed_in: boolean
  person?: { id: string; name: string }
  offices: string[]
  office: string
  csrf: string
  party: string
  /** The ids of all parties of the charter, ours among them. */
  parties: string[]
  /** Their names. */
  names: Record<string, string>
  alliance: string
  /** How one signs in at this node. */
  ways?: { password: boolean; passkey: boolean; oidc: string }
  /** Offices that were entered since, and count from the next sign-in. */
  later?: string[]
  language?: string
  /** Until then one may do what opens the door to others; after it one signs in again. */
  fresh_until_us?: number
  ends_us?: number
  idle_ends_us?: number
}

/** What went wrong, in the node's own words. `status` 0: the node was not reached. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly error: string,
    readonly what: string,
    readonly where = '',
    readonly remedy = '',
  ) {
    super(what)
    this.name = 'Problem'
  }
}

type Plain = string | number | boolean | null | undefined
export type Query = Record<string, Plain>
export interface AskOptions {
  headers?: Record<string, string>
  signal?: AbortSignal
  /** The office acted in; that of the bar unless given. */
  office?: string
}

const NOBODY: Session = {
  signed_in: false, offices: [], office: '', csrf: '', party: '', parties: [], names: {}, alliance: '',
}
const OFFICE = 'toguna.office'
let current: Session = NOBODY
const heard = new Set<(session: Session) => void>()

/** Who sits here, as the node said last. */
export function session(): Session {
  return current
}

/** Call `hear` when somebody signs in or out, or another office is taken. */
export function onSession(hear: (session: Session) => void): () => void {
  heard.add(hear)
  return () => heard.delete(hear)
}

/** Ask the node again who sits here. */
export async function loadSession(): Promise<Session> {
  const found = await ask<Partial<Session>>('GET', '/api/session')
  const offices = found.offices ?? []
  const chosen = localStorage.getItem(OFFICE) ?? ''
  const office = offices.includes(chosen) ? chosen : (found.office ?? offices[0] ?? '')
  setSession({ ...NOBODY, ...found, offices, office })
  return current
}

/** Act in this office from now on; it must be one of the person's. */
export function setOffice(office: string): void {
  if (!current.offices.includes(office)) return
  localStorage.setItem(OFFICE, office)
  setSession({ ...current, office })
}

function setSession(next: Session): void {
  current = next
  for (const hear of heard) hear(next)
}

/** Read something. Query values that are null, undefined or empty are left out. */
export function get<T>(path: string, query: Query = {}, options: AskOptions = {}): Promise<T> {
  const search = new URLSearchParams()
  if (!('view' in query) && viewFor(path)) search.set('view', viewFor(path))
  for (const [name, value] of Object.entries(query))
    if (value !== null && value !== undefined && value !== '') search.set(name, String(value))
  const text = search.toString()
  return ask<T>('GET', text ? `${path}?${text}` : path, undefined, options)
}

/** Send something: JSON, or the bytes of a file as they are. */
export function post<T>(path: string, body: unknown = {}, options: AskOptions = {}): Promise<T> {
  if (!maySend(path)) return Promise.reject(new Problem(0, 'eyes', 'eyes.no_writing', path, 'eyes.leave'))
  return ask<T>('POST', path, body, options)
}

async function ask<T>(method: string, path: string, body?: unknown, options: AskOptions = {}): Promise<T> {
  const headers: Record<string, string> = { accept: 'application/json', ...headersOf(method, options) }
  const bytes = body instanceof Blob || body instanceof ArrayBuffer || body instanceof Uint8Array
  const init: RequestInit = { method, headers, credentials: 'same-origin', signal: options.signal }
  if (body !== undefined) {
    if (!bytes) headers['content-type'] = 'application/json'
    init.body = bytes ? (body as BodyInit) : JSON.stringify(body)
  }
  let answer: Response
  try {
    answer = await fetch(path, init)
  } catch (error) {
    if (options.signal?.aborted) throw error
    throw new Problem(0, 'unreached', 'problem.unreached', path, 'problem.unreached_remedy')
  }
  noteTime(answer)
  if (!answer.ok) throw await problemOf(answer, path)
  return (await answer.json()) as T
}

/** The headers by which the node knows the office and that this page asks, not another. */
export function headersOf(method: string, options: AskOptions = {}): Record<string, string> {
  const headers: Record<string, string> = {}
  const office = options.office ?? current.office
  if (office) headers['toguna-office'] = office
  if (method !== 'GET' && current.csrf) headers['toguna-csrf'] = current.csrf
  return { ...headers, ...options.headers }
}

/** The error of an answer. A 404 may be the end of the session: that is asked. */
export async function problemOf(answer: Response, path: string): Promise<Problem> {
  const said = (await answer.json().catch(() => ({}))) as Record<string, unknown>
  const text = (name: string) => (typeof said[name] === 'string' ? (said[name] as string) : '')
  if (answer.status === 404 && path !== '/api/session') void askIfStillIn()
  return new Problem(
    answer.status,
    text('error') || `http_${answer.status}`,
    text('what') || 'problem.unknown',
    text('where'),
    text('remedy'),
  )
}

let asking: Promise<unknown> | undefined

/** What one may not see and what needs a session look the same: so ask which it was. */
async function askIfStillIn(): Promise<void> {
  if (!current.signed_in || asking) return
  asking = loadSession()
    .catch(() => undefined)
    .finally(() => (asking = undefined))
  await asking
}

function noteTime(answer: Response): void {
  const date = Date.parse(answer.headers.get('date') ?? '')
  if (!Number.isNaN(date) && Math.abs(date - Date.now()) > 5_000) setNodeTime(date * 1000)
}
