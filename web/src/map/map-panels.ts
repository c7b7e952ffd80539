/** What opens beside the map: the list of what is in view, or the layers with their legend. */

import { html, nothing, type TemplateResult } from 'lit'

import type { Basemap } from './basemap'
import type { Feeds } from './feeds'
import { rowsIn } from './gather'
import type { Laying } from './laying'
import { lookOf } from './look'
import './map-list'
import { LISTED } from './map-list'
import './map-panel'
import { frameOf } from './mercator'
import type { Filter, Picture } from './picture'
import type { Scene } from './scene'

export interface Beside {
  panel: '' | 'layers' | 'list'
  picture: Picture
  filter: Filter
  /** Rows to list instead of all that are in view: those that stand at one place. */
  crowd: number[] | null
  version: number
  feeds: Feeds
  scene?: Scene
  laying?: Laying
  basemap?: Basemap
  close: () => void
  choose: (filter: Filter) => void
  changed: () => void
}

const WHOLE = frameOf({ lon: 0, lat: 0 }, 0, 4096, 4096)

/** The panel that is open, if one is. */
export function panelOf(by: Beside): TemplateResult | typeof nothing {
  if (by.panel === 'list') return list(by)
  return by.panel === 'layers' && by.basemap ? layers(by, by.basemap) : nothing
}

function list({ picture, filter, crowd, scene, version, close }: Beside): TemplateResult {
  const rows = crowd ?? rowsIn(picture, filter, scene?.frame() ?? WHOLE, Infinity)
  const newest = rows.toSorted((a, b) => picture.at[b]! - picture.at[a]!)
  return html`<toguna-map-list
    .picture=${picture}
    .rows=${newest.slice(0, LISTED)}
    .count=${rows.length}
    .version=${version}
    @toguna-close=${close}
  ></toguna-map-list>`
}

function layers(by: Beside, basemap: Basemap): TemplateResult {
  const { theme, parties } = lookOf(basemap)
  const toggle = (event: CustomEvent<string>) => {
    by.laying?.toggle(event.detail)
    by.changed()
  }
  const stream = (event: CustomEvent<string>) => {
    by.scene?.toggleStream(event.detail)
    by.changed()
  }
  return html`<toguna-map-panel
    .laid=${[...by.feeds.laid.values()]}
    .picture=${by.picture}
    .filter=${by.filter}
    .tracks=${by.scene?.tracks}
    .files=${by.laying?.files ?? []}
    .basemap=${basemap}
    .hidden_ids=${(id: string) => !(by.laying?.isShown(id) ?? true)}
    .theme=${theme}
    .parties=${parties}
    .version=${by.version}
    @toguna-close=${by.close}
    @toguna-filter=${(event: CustomEvent<Filter>) => by.choose(event.detail)}
    @toguna-toggle=${toggle}
    @toguna-stream=${stream}
  ></toguna-map-panel>`
}
