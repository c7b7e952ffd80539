/**
 * Sending what waits, in the order in which it was written. Pure but for what it is given.
 *
 * A report goes after its photos. Each step is kept before the next: closed at any point, the
 * same report goes on from there, and its id makes the node write it once, however often it is
 * asked. What the node refuses is kept with its reason and stands in nobody's way.
 */

import { Problem } from '../house/api'
import { bodyOf, type FieldReport } from './field-report-body'

/** How a round ended: everything was tried, the node was not reached, or nobody is signed in. */
export type Round = 'all' | 'no link' | 'signed out'

export interface Link {
  /** Bring a photo; its digest. */
  photo(blob: Blob, office: string): Promise<string>
  /** Write a report; its address. */
  report(said: { body: object; once: string }, office: string): Promise<string>
  /** Whether the person who is signed in acts in this office. */
  acts(office: string): boolean
}

export interface Shelf {
  keep(report: FieldReport): Promise<void>
  arrived(report: FieldReport, address: string): Promise<void>
}

/** Try each report that waits, once. */
export async function sendInOrder(waiting: readonly FieldReport[], link: Link, shelf: Shelf): Promise<Round> {
  for (const report of waiting) {
    if (report.state !== 'waiting') continue
    if (!link.acts(report.office)) {
      await refuse(report, shelf, { what: 'unsent.office_gone', where: 'office', remedy: '' })
      continue
    }
    try {
      await shelf.arrived(report, await send(report, link, shelf))
    } catch (error) {
      const ended = endOf(error)
      if (ended) return ended
      const { what, where, remedy } = error as Problem
      await refuse(report, shelf, { what: where === 'once' ? 'unsent.there_already' : what, where, remedy })
    }
  }
  return 'all'
}

async function send(report: FieldReport, link: Link, shelf: Shelf): Promise<string> {
  report.tries += 1
  await shelf.keep(report)
  for (const photo of report.photos) {
    if (photo.digest) continue
    photo.digest = await link.photo(photo.blob, report.office)
    await shelf.keep(report)
  }
  const body = bodyOf(report.fields, [...new Set(report.photos.map((photo) => photo.digest!))])
  return link.report({ body, once: report.id }, report.office)
}

async function refuse(report: FieldReport, shelf: Shelf, wrong: FieldReport['wrong']): Promise<void> {
  report.state = 'refused'
  report.wrong = wrong
  await shelf.keep(report)
}

/** What ends the whole round; null for what is wrong with one report alone. */
function endOf(error: unknown): Round | null {
  if (!(error instanceof Problem) || error.status === 0 || error.status >= 500) return 'no link'
  if (error.status === 404 || error.where === 'csrf') return 'signed out'
  return error.where === 'wait' || error.status === 429 ? 'no link' : null
}
