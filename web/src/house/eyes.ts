/**
 * Through whose eyes one looks. Usually our own; "view as bf" shows lists, records, boards, map
 * and changes as that party sees them. While one looks so, nothing is written.
 */

let party = ''
const heard = new Set<() => void>()
const lists = new Set<string>()

/** The party through whose eyes one looks; empty: our own. */
export function eyes(): string {
  return party
}

/** Look as this party does; empty: as ourselves again. */
export function lookAs(wanted: string): void {
  if (wanted === party) return
  party = wanted
  for (const hear of heard) hear()
}

/** Call `hear` at every change; what is returned ends it. */
export function onEyes(hear: () => void): () => void {
  heard.add(hear)
  return () => heard.delete(hear)
}

/** These paths are lists that take `view`. */
export function listsAt(paths: Iterable<string>): void {
  for (const path of paths) lists.add(path)
}

const LOOKS = /^\/api\/(?:records\/|board\/|picture\/|changed$|live$)/

/** The `view` that a question at this path takes now; empty when it takes none. */
export function viewFor(path: string): string {
  return party && (LOOKS.test(path) || lists.has(path)) ? party : ''
}

const HARMLESS = new Set(['/api/preview', '/api/sign-out'])

/** Whether something may be sent there while one looks as another party. */
export function maySend(path: string): boolean {
  return !party || HARMLESS.has(path)
}
