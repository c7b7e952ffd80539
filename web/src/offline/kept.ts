/** Which answers of the node the service worker keeps to be read without a network. Pure. */

const ALONE = new Set(['session', 'kinds', 'waiting', 'boards', 'layers'])
/** The first words of paths that look like a list of a kind and are none. */
const NO_LISTS = new Set([
  'account', 'acts', 'files', 'keys', 'live', 'people', 'picture', 'positions', 'records', 'sessions', 'sign-in', 'sign-up',
])

export const SESSION = '/api/session'

/** Whether an answer to this is kept: lists, their first page alone, boards and what waits. */
export function isKept(path: string, search: string): boolean {
  const [root, first = '', second, third, ...more] = path.split('/').slice(1)
  if (root !== 'api' || more.length || new URLSearchParams(search).has('after')) return false
  if (second === undefined) return ALONE.has(first)
  if (third !== undefined) return first === 'board'
  return first !== 'board' && !NO_LISTS.has(first)
}

/** Whose answers these are: nobody's while nobody is signed in. */
export function ownerOf(session: { signed_in?: boolean; party?: string; person?: { id?: string } | null }): string {
  return session.signed_in ? `${session.party ?? ''}/${session.person?.id ?? ''}` : ''
}

/** Until when answers may be shown without the node, milliseconds: as long as the session. */
export function readableUntil(session: { ends_us?: number | null }): number {
  return (session.ends_us ?? 0) / 1000
}
