/** What is chosen in the release dialog, and the labels that it becomes. Pure. */

import type { Label } from '../house/said'

/** Cell sizes on the way out (core/geo.LADDER_M), as far as anybody asks for them, metres. */
export const PRECISIONS_M = [100, 500, 1_000, 5_000, 10_000, 50_000, 100_000] as const

/** What stands in the fields. Empty text is what was not chosen. */
export interface Conditions {
  readers: string[]
  /** Of all readers; '' is as exactly as we know it. */
  precision_m: string
  /** Of one reader, where it differs. */
  of_reader: Record<string, string>
  onward: string[]
  purpose: string
  until: string
  keep_days: string
  handling: string
  source_shield: boolean
}

export type Name = keyof Conditions
export type ConditionProblems = Partial<Record<Name, string>>

/** Readers who get the same bytes. */
export interface Group {
  readers: string[]
  label: Label
}

/** Careful from the start: the source shielded, nobody may pass it on, 10 km. */
export function carefulConditions(copies = false): Conditions {
  return {
    readers: [],
    precision_m: copies ? '' : '10000',
    of_reader: {},
    onward: [],
    purpose: '',
    until: '',
    keep_days: '',
    handling: '',
    source_shield: !copies,
  }
}

const MOST_KEEP_DAYS = 36_500

/** One label for each group of readers with the same precision; what is wrong, by field. */
export function groupsOf(said: Conditions, now_us: number): { groups: Group[]; problems: ConditionProblems } {
  const problems: ConditionProblems = {}
  if (!said.readers.length) problems.readers = 'release.no_reader'
  const until = said.until ? Date.parse(`${said.until}Z`) * 1000 : undefined
  if (until !== undefined && Number.isNaN(until)) problems.until = 'form.no_time'
  else if (until !== undefined && until <= now_us) problems.until = 'release.until_past'
  const days = said.keep_days.trim()
  if (days && !(/^\d{1,5}$/.test(days) && Number(days) >= 1 && Number(days) <= MOST_KEEP_DAYS))
    problems.keep_days = 'release.keep_days_wrong'
  for (const name of ['purpose', 'handling'] as const) if (said[name].trim().length > 200) problems[name] = 'form.too_long'
  const groups = new Map<string, string[]>()
  for (const reader of [...said.readers].sort()) {
    const precision = precisionFor(said, reader)
    groups.set(precision, [...(groups.get(precision) ?? []), reader])
  }
  const shared = shared_(said, until, days)
  return {
    problems,
    groups: [...groups].map(([precision, readers]) => ({
      readers,
      label: { to: readers, ...shared, ...(precision ? { precision_m: Number(precision) } : {}) },
    })),
  }
}

/** How exactly this reader is told the place; '' is as we know it. */
export function precisionFor(said: Conditions, reader: string): string {
  return said.of_reader[reader] ?? said.precision_m
}

function shared_(said: Conditions, until: number | undefined, days: string): Label {
  const label: Label = {}
  if (said.onward.length) label.onward = [...said.onward].sort()
  if (said.purpose.trim()) label.purpose = said.purpose.trim()
  if (said.handling.trim()) label.handling = said.handling.trim()
  if (until !== undefined && !Number.isNaN(until)) label.until = until
  if (days) label.keep_days = Number(days)
  if (said.source_shield) label.source_shield = true
  return label
}

const TLP = ['TLP:RED', 'TLP:AMBER+STRICT', 'TLP:AMBER', 'TLP:GREEN'] as const

/** The nearest Traffic Light Protocol 2.0 marking that is not wider (core/markings.to_tlp). */
export function tlpOf(label: Label, community: readonly string[]): string {
  const [to, onward] = [label.to ?? [], label.onward ?? []]
  const all = community.length > 0 && community.every((party) => to.includes(party) || onward.includes(party))
  const derived = !to.length ? 0 : all ? 3 : onward.length ? 2 : 1
  const marked = TLP.indexOf((label.handling ?? '').toUpperCase() as (typeof TLP)[number])
  return TLP[marked < 0 ? derived : Math.min(derived, marked)]!
}

const FIELDS: Record<string, Name> = { to: 'readers', onward: 'onward', until: 'until', keep_days: 'keep_days',
  precision_m: 'precision_m', purpose: 'purpose', handling: 'handling', source_shield: 'source_shield' }

/** The field of which the node speaks in `where`, or null. */
export function conditionAt(where: string): Name | null {
  return where.startsWith('label.') ? (FIELDS[where.slice('label.'.length)] ?? null) : null
}

/** Readers whom the owner has not allowed: for them its word is needed. */
export function notAllowed(readers: readonly string[], owner: string, label: Label): string[] {
  const free = new Set([owner, ...(label.to ?? []), ...(label.onward ?? [])])
  return readers.filter((reader) => !free.has(reader))
}
