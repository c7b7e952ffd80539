/** People and their keys as the keeper sees them. */

/** A person of GET /api/people. */
export interface PersonListed {
  id: string
  name: string
  offices: string[]
  terms: { office: string; from_us: number; until_us: number | null }[]
  added_us: number
  ended_us: number | null
  sessions: number
  ways: string[]
}

/** A person and a sign-up code that is shown once. */
export interface PersonBegins {
  person: PersonListed
  code: string
  code_until_us: number
}

/** A key of GET /api/keys. */
export interface KeyShown {
  id: string
  person: string
  name: string
  device: string
  asked_us: number
  state: 'asked' | 'approved' | 'cancelled' | 'over'
  offices: string[]
  until_us: number | null
  why: string
}

/** Offices that most houses have; a keeper may name others. */
export const OFFICES = ['duty', 'liaison', 'analyst', 'j3', 'j4', 'air', 'protection', 'projects', 'legal', 'command',
  'field', 'auditor', 'keeper'] as const

/** Microseconds of a field of date and time (UTC); null when it is empty, NaN when it is none. */
export function usOf(text: string): number | null {
  return text ? Date.parse(`${text}Z`) * 1000 : null
}

/** A fingerprint as one reads it out. */
export function spelled(id: string): string {
  return id.replace(/(.{4})(?=.)/g, '$1 ')
}
