/** Saying something to an alert. One tap: the page checks the bytes itself and signs them; what
 *  was said stands in the record, byte by byte, for whoever wants to read it again. */

import { post, session } from '../house/api'
import { signAct, type Signing } from '../house/signing'
import { partyIds } from '../parts/party-ticks'
import { readersOf, type Alert, type Word } from './shapes'

const atOnce = (signing: Signing) => signing.sign()

/** Answer an alert; where the answer stands. */
export async function answer(alert: Alert, word: Word, why = ''): Promise<string> {
  const body = why ? { answer: word, why } : { answer: word }
  return say('alerts.answer', body, alert, readersOf(alert, session().party, partyIds()))
}

/** End an own alert for all who got it; where the end stands. */
export async function end(alert: Alert, outcome: string, why: string): Promise<string> {
  const active = partyIds()
  return say('alerts.end', { outcome, why }, alert, alert.to.filter((one) => active.includes(one)))
}

async function say(kind: string, body: object, alert: Alert, to: string[]): Promise<string> {
  const about = alert.address
  const flash = alert.level !== 'routine'
  if (to.length === 0) {
    const { addresses } = await post<{ addresses: string[] }>(`/api/${kind.replace('.', '/')}`, { body, about })
    return addresses[0] ?? ''
  }
  const said = await signAct({ act: 'write', kind, body, about, label: { to }, flash }, { confirm: atOnce })
  return said?.address ?? ''
}
