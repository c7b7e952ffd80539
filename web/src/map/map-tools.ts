/** The buttons of the map, the scale, the place under the pointer, and where the map comes from. */

import { html, nothing, svg, type TemplateResult } from 'lit'

import { degrees, distance, mgrsOf } from '../house/shape'
import { t } from '../house/words'
import type { Basemap } from './basemap'
import { metresAt, latOf, type Frame } from './mercator'
import type { Place } from './scene'

export interface Tool {
  name: string
  icon: string
  title: string
  on?: boolean
  opens?: boolean
  run: () => void
}

/** What the buttons of the map do, and which of them are on. */
export interface Tooling {
  panel: string
  timed: boolean
  task: string
  zoom: (by: number) => void
  whole: () => void
  open: (panel: 'layers' | 'list') => void
  time: () => void
  measure: () => void
}

/** The buttons: where one is on the map, and what one does with it. */
export function toolGroups(by: Tooling): Tool[][] {
  const tool = (name: string, icon: string, words: string, run: () => void, on?: boolean, opens = false): Tool => ({
    name, icon, title: t(words), run, on, opens,
  })
  return [
    [
      tool('in', 'plus', 'map.zoom_in', () => by.zoom(1)),
      tool('out', 'minus', 'map.zoom_out', () => by.zoom(-1)),
      tool('whole', 'frame', 'map.whole', by.whole),
    ],
    [
      tool('layers', 'layers', 'map.layers', () => by.open('layers'), by.panel === 'layers', true),
      tool('list', 'list', 'map.list', () => by.open('list'), by.panel === 'list', true),
      tool('time', 'clock', 'map.time', by.time, by.timed, true),
      tool('measure', 'ruler', 'map.measure', by.measure, by.task === 'measure'),
    ],
  ]
}

/** Groups of buttons, one above the other. */
export function toolsOf(groups: Tool[][]): TemplateResult {
  return html`<div class="tools" role="toolbar" aria-label=${t('map.map')} aria-orientation="vertical">
    ${groups.map((group) => html`<div class="card">${group.map(button)}</div>`)}
  </div>`
}

function button(tool: Tool): TemplateResult {
  const state = tool.on === undefined ? nothing : String(tool.on)
  return html`<button
    type="button"
    data-tool=${tool.name}
    title=${tool.title}
    aria-label=${tool.title}
    aria-pressed=${tool.opens ? nothing : state}
    aria-expanded=${tool.opens ? state : nothing}
    @click=${tool.run}
  >
    <toguna-icon name=${tool.icon}></toguna-icon>
  </button>`
}

const ROUND = [1, 2, 5]
const WIDEST_PX = 110

/** A round number of metres and how many pixels it is long, in the middle of the view. */
export function scaleOf(frame: Frame): { metres: number; px: number } {
  const per_px = metresAt(latOf(frame.y + frame.height / 2 / frame.size)) / frame.size
  const most = WIDEST_PX * per_px
  const power = 10 ** Math.floor(Math.log10(most))
  const metres = Math.max(...ROUND.map((n) => n * power).filter((m) => m <= most))
  return { metres, px: metres / per_px }
}

/** Scale and north, the pointer's place, thanks to the sources. */
export function footOf(frame: Frame, pointer: Place | null, basemap: Basemap | undefined, more: string[]): TemplateResult {
  const { metres, px } = scaleOf(frame)
  const sources = basemap?.about.sources.map((source) => source.attribution) ?? []
  const thanks = [...new Set([...sources, ...more])].filter(Boolean)
  return html`<div class="foot">
    <div class="scale">
      ${svg`<svg viewBox="0 0 16 22" role="img" aria-label=${t('map.north')}><path d="M8 1 13 13 8 10.500 3 13z"/><path d="M5 21v-6l5.500 6v-6" fill="none" stroke="var(--ink)" stroke-width="1.5"/></svg>`}
      <span>${distance(metres)}<span class="bar" .style=${`display:block;width:${px.toFixed(0)}px`}></span></span>
    </div>
    ${pointer
      ? html`<div class="pointer" data-pointer>
          ${degrees(pointer.lat_e7, pointer.lon_e7)} · <span class="mono">${mgrsOf(pointer.lat_e7, pointer.lon_e7)}</span>
        </div>`
      : nothing}
    <div class="thanks">${thanks.join(' · ')}</div>
  </div>`
}
