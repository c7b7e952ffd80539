/** Sectors as the node's board tells of them (`/api/board/borders/sectors`). Pure. */

export type State = 'incident' | 'movement' | 'unknown' | 'reported' | 'quiet' | 'no_reporting'
export type Stance = 'normal' | 'reinforced' | 'restricted' | 'closed'

export interface Gap {
  from_us: number
  to_us: number
  why: string
}

/** One party in a sector. */
export interface Side {
  party: string
  posture: Stance | null
  posture_address: string | null
  posture_at_us: number | null
  posture_until_us: number | null
  posture_over: boolean
  note: string | null
  contact: string | null
  state: State
  said_at_us: number | null
  said_by: string | null
  last_us: number | null
  gaps: Gap[]
  unwatched_h: number
}

export interface Sector {
  address: string
  party: string
  name: string
  name_en: string | null
  neighbours: string[]
  contact: string | null
  state: State
  contradicted: boolean
  sides: Side[]
  incidents_inside: number
  incidents_may_be: number
  others_inside: number
  others_may_be: number
  unplaced: number
  last_us: number | null
  from_us: number
  to_us: number
}

/** The lists that the board rests on. */
export const TABLES = [
  'borders_sectors', 'borders_postures', 'borders_watches', 'sharing_reports', 'sharing_links',
]
export const STATES: readonly State[] = ['incident', 'movement', 'no_reporting', 'unknown', 'reported', 'quiet']
export const STANCES: readonly Stance[] = ['normal', 'reinforced', 'restricted', 'closed']
export const HOURS = [24, 48, 168] as const

/** The tone of a chip. Silence is a warning: it is not good news. */
export const TONES: Record<State, string> = {
  incident: 'bad', movement: 'warn', no_reporting: 'warn', unknown: '', reported: '', quiet: 'good',
}
/** A sign beside the word: colour never says it alone. */
export const SIGNS: Record<State, string> = {
  incident: 'alert', movement: 'changed', no_reporting: 'silent', unknown: 'help', reported: 'report', quiet: 'check',
}

/** A sector's name in the language that is read. */
export function nameOf(sector: { name: string; name_en?: string | null }, language: string): string {
  return (language === 'en' && sector.name_en) || sector.name
}

/** Whether this party shares the sector and may speak of it. */
export function shares(sector: Sector, party: string): boolean {
  return sector.sides.some((side) => side.party === party)
}

/** How many sectors stand in each state, the worst first, those with none left out. */
export function counted(sectors: readonly Sector[]): [State, number][] {
  const found = STATES.map((state): [State, number] => [state, sectors.filter((s) => s.state === state).length])
  return found.filter(([, count]) => count > 0)
}
