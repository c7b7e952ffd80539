/**
 * Signing in the browser, with a key that never leaves it.
 *
 * The private half is a WebCrypto key that cannot be read out; it lies in this browser's
 * IndexedDB, one for each person who signs in here. The keeper of the node approves the public
 * half. To sign is: the node prepares the exact bytes, the page reads them itself (`said.ts`),
 * the person sees them, the key signs them, the node takes them as they are or not at all.
 */

import { get, post, Problem, session } from './api'
import { kindOf } from './kinds'
import { check, type Asked, type Said } from './said'

export type { Asked, Label, Said } from './said'
export { SaysAnotherThing } from './said'

/** This browser's key for the person who is signed in. `id` is its name everywhere. */
export interface DeviceKey {
  id: string
  /** The 32 bytes of the public key, base64. */
  public: string
  device: string
  made_us: number
  pair: CryptoKeyPair
}

/** A key as the node knows it: GET /api/keys. */
export interface KnownKey {
  id: string
  state: 'asked' | 'approved' | 'cancelled' | 'over'
  device: string
  offices: string[]
  until_us?: number | null
  why?: string
  [more: string]: unknown
}

/** Whether this device can sign, and if not, why. `none`: no key was made here yet. */
export type KeyState = 'insecure' | 'unsupported' | 'none' | KnownKey['state'] | 'unknown'

/** What POST /api/acts/prepare gives. */
export interface Prepared {
  token: string
  raw: string
  prefix: string
  expires_us: number
}

/** What a person is shown before signing. `sign` signs and commits; it throws what went wrong. */
export interface Signing {
  asked: Asked
  prepared: Prepared
  said: Said
  sign(): Promise<{ address: string }>
}

/** Shows what will be signed; the address when it was, null when the person did not want to. */
export type Confirm = (signing: Signing) => Promise<{ address: string } | null>

/** This device cannot sign now; `state` says why, and the words `signing.<state>` what to do. */
export class CannotSign extends Problem {
  constructor(readonly state: KeyState) {
    super(0, 'cannot_sign', 'signing.cannot', '', `signing.${state}`)
  }
}

const DATABASE = 'toguna-keys'
const STORE = 'keys'

/** The key of this browser for whoever is signed in, or null when none was made. */
export async function deviceKey(): Promise<DeviceKey | null> {
  return (await stored((keys) => keys.get(owner()))) ?? null
}

/** Where this device stands, and its key when there is one. */
export async function keyState(): Promise<{ state: KeyState; key: DeviceKey | null; known?: KnownKey }> {
  const missing = await cannot()
  if (missing) return { state: missing, key: null }
  const key = await deviceKey()
  if (!key) return { state: 'none', key }
  const known = (await knownKeys()).find((one) => one.id === key.id)
  return { state: known?.state ?? 'unknown', key, known }
}

/** The keys of the person who is signed in; all of this party for a keeper. */
export async function knownKeys(): Promise<KnownKey[]> {
  const found = await get<{ items: KnownKey[] } | KnownKey[]>('/api/keys')
  return Array.isArray(found) ? found : found.items
}

/** Make a key here unless there is one, and ask the keeper to approve it. */
export async function enrol(device: string, afresh = false): Promise<KnownKey> {
  const missing = await cannot()
  if (missing) throw new CannotSign(missing)
  const key = (!afresh && await deviceKey()) || await make(device)
  return post<KnownKey>('/api/keys', { public: key.public, device })
}

/** Forget the key of this browser. What it signed stands; the keeper still has to cancel it. */
export async function forget(): Promise<void> {
  await stored((keys) => keys.delete(owner()), 'readwrite')
}

/**
 * Prepare, show, sign, commit. Null when the person turned back.
 *
 * Problem: the node refuses; `where` names the field. CannotSign: there is no key, or it is not
 * approved. SaysAnotherThing: the node prepared other words than those asked for.
 */
export async function signAct(
  asked: Asked,
  how: { confirm?: Confirm } = {},
): Promise<{ address: string } | null> {
  const signing = await prepare(asked)
  const confirm = how.confirm ?? (await import('../people/signing-dialog')).confirm
  return confirm(signing)
}

/** The first half of `signAct`: what would be signed, checked. Nothing has left yet. */
export async function prepare(asked: Asked): Promise<Signing> {
  const { state, key } = await keyState()
  if (!key || state !== 'approved') throw new CannotSign(state)
  const office = asked.office ?? session().office
  const whole: Asked = { ...asked, office }
  const prepared = await post<Prepared>('/api/acts/prepare', { ...whole, key: key.id })
  const signer = { party: session().party, office, key: key.id }
  const schema = asked.act === 'write' ? (await kindOf(asked.kind ?? ''))?.fields : undefined
  const said = check(whole, prepared.prefix, prepared.raw, signer, schema)
  const sign = async () => {
    const bytes = new TextEncoder().encode(prepared.prefix + prepared.raw)
    const sig = await crypto.subtle.sign('Ed25519', key.pair.privateKey, bytes)
    return post<{ address: string }>('/api/acts/commit', {
      token: prepared.token,
      sig: base64(new Uint8Array(sig)),
    })
  }
  return { asked: whole, prepared, said, sign }
}

/** The name of a public key: the first 8 bytes of its SHA-256, in hex (core/signed.key_id). */
export async function keyId(raw: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', raw))
  return Array.from(hash.slice(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Bytes as base64 with padding. */
export function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
}

async function make(device: string): Promise<DeviceKey> {
  const pair = (await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])) as CryptoKeyPair
  const raw = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))
  const key: DeviceKey = {
    id: await keyId(raw),
    public: base64(raw),
    device,
    made_us: Date.now() * 1000,
    pair,
  }
  await stored((keys) => keys.put(key, owner()), 'readwrite')
  // The browser may throw a key away when space is short, unless it is asked not to.
  void navigator.storage?.persist?.()
  return key
}

let supported: Promise<boolean> | undefined

async function cannot(): Promise<'insecure' | 'unsupported' | null> {
  if (!globalThis.isSecureContext || !crypto.subtle) return 'insecure'
  supported ??= crypto.subtle
    .generateKey('Ed25519', false, ['sign', 'verify'])
    .then(() => true, () => false)
  return (await supported) ? null : 'unsupported'
}

/** Several people may use one browser: each has a key of their own in it. */
function owner(): string {
  const { party, person } = session()
  return `${party}/${person?.id ?? ''}`
}

function stored<T>(
  call: (keys: IDBObjectStore) => IDBRequest<T>,
  mode: IDBTransactionMode = 'readonly',
): Promise<T> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(DATABASE, 1)
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE)
    opening.onerror = () => reject(opening.error)
    opening.onsuccess = () => {
      const database = opening.result
      const transaction = database.transaction(STORE, mode)
      const asked = call(transaction.objectStore(STORE))
      transaction.oncomplete = () => resolve(asked.result)
      transaction.onabort = () => reject(transaction.error)
      transaction.addEventListener('complete', () => database.close())
    }
  })
}
