/** What the node says of alerts, and how it is read while clocks run. Pure. */

export type Level = 'flash' | 'urgent' | 'routine'
export type Word = 'acknowledged' | 'acting' | 'declined'
export type State = Word | 'waiting' | 'no_answer' | 'not_needed' | 'not_told'

/** One addressee of an alert (`domains/alerts/boards.py`). */
export interface Addressee {
  party: string
  state: State
  answered_us?: number
  answer_s?: number
  action_s?: number
  late?: boolean
  why?: string
  office?: string
  rung_us?: number
  escalated_us?: number
}

/** One alert with all its addressees: a row of the board `alerts/alerts`. */
export interface Alert {
  address: string
  at: number
  party: string
  office: string
  title: string
  title_en?: string
  text: string
  text_en?: string
  category: string
  level: Level
  state: 'open' | 'over' | 'ended'
  for_offices: string[]
  escalate_to: string
  ack_due_us: number
  escalate_due_us: number
  until_us: number
  end?: { at: number; outcome: 'over' | 'cancelled' | 'replaced'; why: string; address: string }
  lat_e7?: number
  lon_e7?: number
  radius_m?: number
  place_name?: string
  to: string[]
  addressees: Addressee[]
}

/** How one member answered: a row of the board `alerts/response`. */
export interface Response {
  party: string
  addressed: number
  acknowledged: number
  acting: number
  declined: number
  no_answer: number
  waiting: number
  not_needed: number
  not_told: number
  late: number
  rings: number
  escalations: number
  median_answer_s: number | null
  median_action_s: number | null
  newest_us: number
}

/** The lists on which both boards rest. */
export const TABLES: readonly string[] = ['alerts_alerts', 'alerts_answers', 'alerts_rings', 'alerts_ends']

/** Never by colour alone: each state has a sign and a word as well. */
export const SIGNS: Record<State, { icon: string; tone: string }> = {
  acknowledged: { icon: 'eye', tone: 'good' },
  acting: { icon: 'check', tone: 'good' },
  declined: { icon: 'close', tone: 'warn' },
  waiting: { icon: 'clock', tone: '' },
  no_answer: { icon: 'alert', tone: 'bad' },
  not_needed: { icon: 'minus', tone: 'quiet' },
  not_told: { icon: 'lock', tone: 'quiet' },
}

/** The state of an addressee now: its time may have run out since the node was asked. */
export function stateNow(alert: Alert, addressee: Addressee, now_us: number): State {
  const out = addressee.state === 'waiting' && now_us >= alert.ack_due_us
  return out ? 'no_answer' : addressee.state
}

/** Whether the alert still stands. */
export function isOpen(alert: Alert, now_us: number): boolean {
  return alert.state === 'open' && now_us < alert.until_us
}

/** This party among the addressees, if it is one. */
export function mineOf(alert: Alert, party: string): Addressee | undefined {
  return alert.addressees.find((one) => one.party === party)
}

/** Which answers are left to give, in their order. */
export function wordsLeft(mine: Addressee): Word[] {
  if (mine.state === 'acting') return ['declined']
  if (mine.state === 'declined') return ['acting']
  return mine.state === 'acknowledged' ? ['acting', 'declined'] : ['acknowledged', 'acting', 'declined']
}

/** Who reads our answer: the sender, and the others who got the alert and are still there. */
export function readersOf(alert: Alert, ours: string, active: readonly string[]): string[] {
  const others = [...new Set([alert.party, ...alert.to])].filter((one) => one !== ours)
  return others.filter((one) => one === alert.party || active.includes(one)).sort()
}

/** Alerts whose clocks run first, the ones that ended last; each the newest first. */
export function inOrder(alerts: readonly Alert[], ours: string, now_us: number): Alert[] {
  const rank = (alert: Alert) => {
    if (!isOpen(alert, now_us)) return 2
    const mine = mineOf(alert, ours)
    return mine && ['waiting', 'no_answer'].includes(mine.state) ? 0 : 1
  }
  return [...alerts].sort((a, b) => rank(a) - rank(b) || b.at - a.at)
}

/** `0:40`, `12:05`, `1:03:10`. */
export function clockText(seconds: number): string {
  const all = Math.max(0, Math.floor(seconds))
  const two = (n: number) => String(n).padStart(2, '0')
  const [h, m, s] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60]
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}

/** Seconds from the alert to now. */
export function since(alert: Alert, now_us: number): number {
  return (now_us - alert.at) / 1_000_000
}

/** How often the desk is to have rung by now: once for a new alert, twice when its time is over. */
export type Ring = 'first' | 'again'

export function ringDue(due_us: number | null, now_us: number, told: Ring | undefined): Ring | null {
  const stage: Ring = due_us !== null && now_us >= due_us ? 'again' : 'first'
  // A clock that is set back takes no ring back.
  return told === stage || told === 'again' ? null : stage
}
