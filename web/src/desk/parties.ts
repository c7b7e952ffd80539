/** The names of the parties, from the session and the charter. */

import { get, session } from '../house/api'
import { kinds } from '../house/kinds'
import { setPartyNames } from '../parts/small'

/** Take over the names, and the titles of the kinds, that everything on the desk shows. */
export async function loadParties(): Promise<void> {
  setPartyNames(session().named)
  await kinds().catch(() => undefined)
  if (session().parties.length > 0) return
  const charter = await get<{ parties: { party: string; name: string }[] }>('/api/charter').catch(() => null)
  if (charter) setPartyNames(charter.parties)
}
