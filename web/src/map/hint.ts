/** What is said of the thing under the pointer. */

import { html, nothing, type TemplateResult } from 'lit'

import { nowUs } from '../house/clock'
import { ago, distance, moment, number } from '../house/shape'
import { firstOf, t } from '../house/words'
import { partyName } from '../parts/small'
import { bearingText } from './measure'
import type { Picture } from './picture'
import type { Reports } from './reports'
import type { Pointed } from './scene'
import type { Tracked } from './tracks'

const MOST = 6
const OLD_US = 60_000_000

/** The words of a category. */
export function categoryName(category: string): string {
  return firstOf([`map.category.${category}`], category || t('map.category.other'))
}

/** Owner, age, grade and precision of a report; what a group is made of; a position. */
export function hintOf(what: Pointed, picture: Picture, reports: Reports): TemplateResult {
  if ('tracked' in what) return trackHint(what.tracked)
  if ('address' in what) return html`<strong>${what.name}</strong>${what.address}`
  return 'row' in what.hit ? rowHint(picture, what.hit.row) : groupHint(picture, reports.rows(what.hit.group))
}

function rowHint(picture: Picture, row: number): TemplateResult {
  const radius = picture.radius[row]!
  const grade = picture.grades[picture.grade[row]!]
  return html`<strong>${categoryName(picture.categories[picture.category[row]!] ?? '')}</strong>
    ${partyName(picture.parties[picture.party[row]!] ?? '')}${grade ? html` · ${grade}` : nothing}<br />
    ${moment(picture.at[row]!)} (${ago(picture.at[row]!)})<br />
    ${radius ? t('map.within', { distance: distance(radius) }) : t('map.not_said')}`
}

function groupHint(picture: Picture, rows: number[]): TemplateResult {
  const counted = (names: readonly string[], column: Uint8Array) => {
    const counts = new Map<string, number>()
    for (const row of rows) counts.set(names[column[row]!]!, (counts.get(names[column[row]!]!) ?? 0) + 1)
    return [...counts].sort((a, b) => b[1] - a[1])
  }
  const line = ([name, n]: [string, number], words: (name: string) => string) => html`<li><span>${words(name)}</span><span>${number(n)}</span></li>`
  const categories = counted(picture.categories, picture.category)
  return html`<strong>${t('map.group', { n: rows.length })}</strong>
    <ul>
      ${counted(picture.parties, picture.party).map((one) => line(one, (party) => partyName(party)))}
    </ul>
    <ul>
      ${categories.slice(0, MOST).map((one) => line(one, categoryName))}
    </ul>
    ${t('map.group_open')}`
}

function trackHint(tracked: Tracked): TemplateResult {
  const { id, at, speed_ms, track_deg, radius_m } = tracked
  const speed = speed_ms === null ? null : number(Math.round(speed_ms * 3.6))
  return html`<strong>${id}</strong>${partyName(tracked.party)} · ${tracked.stream}<br />
    ${nowUs() - at > OLD_US ? html`${t('map.old')}, ` : nothing}${ago(at)}
    ${speed !== null ? html`<br />${t('map.speed', { speed, track: track_deg === null ? '–' : bearingText(track_deg) })}` : nothing}
    ${radius_m ? html`<br />${t('map.within', { distance: distance(radius_m) })}` : nothing}`
}
