/** In which order things wait. Pure. */

import type { Urgency, Waiting } from './shapes'

const ORDER: readonly Urgency[] = ['flash', 'urgent', 'routine']

/** The items by urgency, the soonest due first; groups that are empty are left out. */
export function grouped(items: readonly Waiting[]): [Urgency, Waiting[]][] {
  const by = (urgency: Urgency) => items.filter((item) => item.urgency === urgency).sort(soonest)
  return ORDER.map((urgency): [Urgency, Waiting[]] => [urgency, by(urgency)]).filter(([, all]) => all.length > 0)
}

function soonest(a: Waiting, b: Waiting): number {
  const [mine, theirs] = [a.due_us ?? Number.MAX_SAFE_INTEGER, b.due_us ?? Number.MAX_SAFE_INTEGER]
  return mine - theirs || a.since_us - b.since_us
}
