/** What this browser keeps until it is sent: IndexedDB, one database for the page. */

import type { FieldReport } from './field-report-body'

/** A report that has arrived, for whoever looks whether it did. */
export interface Sent {
  id: string
  party: string
  person: string
  title: string
  address: string
  at_us: number
}

const DATABASE = 'toguna-offline'
const REPORTS = 'reports'
const SENT = 'sent'
const SENT_KEPT = 20

let opened: Promise<IDBDatabase> | undefined

function database(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const opening = indexedDB.open(DATABASE, 1)
    opening.onupgradeneeded = () => {
      for (const name of [REPORTS, SENT]) opening.result.createObjectStore(name, { keyPath: 'id' })
    }
    opening.onsuccess = () => resolve(opening.result)
    opening.onerror = () => reject(opening.error)
    opening.onblocked = () => reject(new Error('blocked'))
  })
  return opened
}

/** Do something in one transaction; what `call` asked for, once all of it is on the disk. */
async function within<T>(
  names: string[],
  mode: IDBTransactionMode,
  call: (stores: Record<string, IDBObjectStore>) => IDBRequest<T> | undefined,
): Promise<T | undefined> {
  // "strict": told once the system has it on the disk, for a phone whose battery ends.
  const transaction = (await database()).transaction(names, mode, { durability: 'strict' })
  const asked = call(Object.fromEntries(names.map((name) => [name, transaction.objectStore(name)])))
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(asked?.result)
    transaction.onabort = () => reject(transaction.error)
  })
}

/** Every report that is not sent, the oldest first. */
export async function unsentReports(): Promise<FieldReport[]> {
  const found = await within<FieldReport[]>([REPORTS], 'readonly', (s) => s[REPORTS]!.getAll())
  return (found ?? []).sort((a, b) => a.made_us - b.made_us || (a.id < b.id ? -1 : 1))
}

/** Keep a report, in place of the one with its id. */
export async function keepReport(report: FieldReport): Promise<void> {
  await within([REPORTS], 'readwrite', (s) => s[REPORTS]!.put(report))
}

/** Forget a report. */
export async function dropReport(id: string): Promise<void> {
  await within([REPORTS], 'readwrite', (s) => s[REPORTS]!.delete(id))
}

/** A report has arrived: it joins the sent and, when it is `over`, leaves the unsent; both or
 *  neither. */
export async function arrived(sent: Sent, over: boolean): Promise<void> {
  await within([REPORTS, SENT], 'readwrite', (s) => {
    if (over) s[REPORTS]!.delete(sent.id)
    return s[SENT]!.put(sent)
  })
  const old = (await sentReports()).slice(SENT_KEPT)
  if (old.length) {
    await within([SENT], 'readwrite', (s) => {
      for (const one of old) s[SENT]!.delete(one.id)
      return undefined
    })
  }
}

/** What was sent from here, the newest first. */
export async function sentReports(): Promise<Sent[]> {
  const found = await within<Sent[]>([SENT], 'readonly', (s) => s[SENT]!.getAll())
  return (found ?? []).sort((a, b) => b.at_us - a.at_us)
}

/** Forget all that this person wrote here, sent or not; `but` keeps what is not sent. */
export async function wipe(party: string, person: string, but: { unsent: boolean }): Promise<void> {
  const theirs = (one: { party: string; person: string }) => one.party === party && one.person === person
  const [reports, sent] = [await unsentReports(), await sentReports()]
  await within([REPORTS, SENT], 'readwrite', (s) => {
    for (const one of reports) if (theirs(one) && !but.unsent) s[REPORTS]!.delete(one.id)
    for (const one of sent) if (theirs(one)) s[SENT]!.delete(one.id)
    return undefined
  })
}
