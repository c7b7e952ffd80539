/** What the node says of plans, and the body that a drawn plan means. Pure. */

import type { Made, Problems } from '../borders/draft'
import { emptyVolume, volumeOf, type VolumeDraft } from './draft'
import type { Volume } from './shapes'

/** Something protected that a volume touches: it stops the plan. */
export interface Touched {
  address: string
  party: string
  kind: string
  category: string
  name: string
  buffer_m: number
  volume: number
}

/** Civil life where and when the plan is. */
export interface Caution {
  address: string
  category: string
  name: string
  months: number[]
  days: number[]
  source: string
  volume: number
}

/** Another plan that meets this one, and whom to call. */
export interface Met {
  address: string
  party: string
  title: string
  desk: string
  volume: number
  box: number[]
  from_us?: number
  until_us?: number
}

export interface Verdicts {
  touched: Touched[]
  cautions: Caution[]
  meets: Met[]
  at_us: number
}

export interface Step {
  address: string
  noun: string
  at: number
  party: string
  office: string
  text?: string | null
  why?: string | null
  lawful?: boolean | null
  approved?: boolean | null
  thing?: string | null
}

/** A row of the board `operations/plans`. */
export interface Plan extends Omit<Verdicts, 'at_us'> {
  address: string
  at: number
  party: string
  title: string
  text: string
  desk: string
  contributors: string[]
  state: string
  missing: string[]
  checked: boolean
  waived: string[]
  consents?: string[]
  steps: Step[]
  volumes: Volume[]
  until_us?: number
  review_due_us?: number
  to: string[]
}

export const PLAN_TABLES: readonly string[] = [
  'operations_plans', 'operations_steps', 'operations_guards', 'operations_consents', 'operations_revocations',
  'protection_sites', 'protection_movements',
]

export const PLAN_SIGNS: Record<string, { icon: string; tone: string }> = {
  draft: { icon: 'edit', tone: 'warn' },
  approved: { icon: 'check', tone: 'good' },
  running: { icon: 'flag', tone: 'good' },
  reopened: { icon: 'alert', tone: 'bad' },
  closed: { icon: 'minus', tone: '' },
  'review overdue': { icon: 'clock', tone: 'bad' },
  reviewed: { icon: 'check', tone: '' },
  over: { icon: 'minus', tone: '' },
}

/** `['legal_check', 'bf']` of `legal_check bf`. */
export function missingOf(text: string): [string, string] {
  const [what = '', ...rest] = text.split(' ')
  return [what, rest.join(' ')]
}

export interface PlanDraft {
  title: string
  text: string
  desk: string
  contributors: string[]
  units: string[]
  consents: string[]
  volumes: VolumeDraft[]
}

export function emptyPlan(now_us: number): PlanDraft {
  return {
    title: '', text: '', desk: '', contributors: [], units: [], consents: [],
    volumes: [emptyVolume('area', now_us, 24)],
  }
}

/** The volumes that can be read so far; the others are not asked about yet. */
export function drawn(draft: PlanDraft): Volume[] {
  return draft.volumes.flatMap((one, place) => {
    const { volume, problems } = volumeOf(one, `volumes[${place}]`)
    return Object.keys(problems).length ? [] : [volume]
  })
}

export function planOf(draft: PlanDraft, own: string): Made {
  const problems: Problems = {}
  for (const name of ['title', 'text', 'desk'] as const)
    if (!draft[name].trim()) problems[name] = 'writing.needed'
  const volumes = draft.volumes.map((one, place) => {
    const made = volumeOf(one, `volumes[${place}]`)
    Object.assign(problems, made.problems)
    return made.volume
  })
  const body: Record<string, unknown> = {
    title: draft.title.trim(), text: draft.text.trim(), desk: draft.desk.trim(),
    contributors: [...new Set([...draft.contributors, own])].sort(), volumes,
  }
  if (draft.units.length) body['units'] = draft.units
  if (draft.consents.length) body['consents'] = draft.consents
  return { body, problems }
}
