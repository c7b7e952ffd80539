/** What the node says of a file to import (`POST /api/intake`). Pure. */

export type Reason = 'person' | 'unknown_identity' | 'actor' | 'account' | 'person_field' | 'about_person'

export interface ReportToBe {
  title: string
  category: string
  from_us: number
  to_us: number
  place_name: string | null
  lat_e7: number | null
  lon_e7: number | null
  radius_m: number | null
  source: string | null
  handling: string | null
  cleaned: boolean
}

export interface IntakeShown {
  format: string
  digest: string
  accepted: boolean
  new: number
  already: number
  cleaned: number
  reports: ReportToBe[]
  kept_out: { reason: Reason; mark: string | null }[]
  left_out: Record<string, number>
  addresses: string[]
}

/** An import as it is listed (`/api/intake/import`). */
export interface ImportDoc {
  address: string
  at: number
  office: string
  format: string
  taken: number
  already: number
  kept_out: Record<string, number>
}

export const MOST_BYTES = 8 << 20

/** How many objects an import kept out. */
export function keptOut(doc: ImportDoc): number {
  return Object.values(doc.kept_out).reduce((sum, one) => sum + one, 0)
}

/** `3 malware, 1 other`, the most first. */
export function leftOut(left: Record<string, number>): string {
  const sorted = Object.entries(left).sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]))
  return sorted.map(([what, count]) => `${count} ${what}`).join(', ')
}
