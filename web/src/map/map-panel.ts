/** `<toguna-map-panel>`: layers with their counts and dates, what is shown of them, the legend,
 *  what is known to a region only, the member's own files, and where the base map comes from. */

import { css, html, nothing, type TemplateResult } from 'lit'

import { define, DeskElement } from '../house/element'
import { ago, bytes, day, moment, number } from '../house/shape'
import { language, t } from '../house/words'
import { base } from '../parts/base'
import { partyName } from '../parts/small'
import type { Basemap } from './basemap'
import type { Laid } from './feeds'
import { categoryName } from './hint'
import { partyShades, shadesOf, type MapTheme } from './palette'
import { panelStyle } from './panel-style'
import type { Filter, Picture } from './picture'
import { Signs } from './signs'
import { sourceOf, plainText, type MapFile } from './dropins'
import type { Tracks } from './tracks'

type Named = 'categories' | 'parties' | 'lists'

export class TogunaMapPanel extends DeskElement {
  static override properties = {
    laid: { attribute: false },
    picture: { attribute: false },
    filter: { attribute: false },
    tracks: { attribute: false },
    files: { attribute: false },
    basemap: { attribute: false },
    hidden_ids: { attribute: false },
    theme: {},
    parties: { attribute: false },
    version: { type: Number },
  }
  static override styles = [base, panelStyle, css``]
  laid: Laid[] = []
  picture!: Picture
  filter!: Filter
  tracks?: Tracks
  files: MapFile[] = []
  basemap?: Basemap
  /** Layers and files that are not drawn. */
  hidden_ids: (id: string) => boolean = () => false
  theme: MapTheme = 'sun'
  parties: readonly string[] = []
  version = 0

  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>('.all')?.focus()
  }

  private choose(what: Named, name: string): void {
    const set = new Set(this.filter[what])
    if (!set.delete(name)) set.add(name)
    this.tell('toguna-filter', { ...this.filter, [what]: set })
  }

  override render() {
    return html`<header>
        <h2>${t('map.layers')}</h2>
        <button type="button" class="plain" aria-label=${t('map.close')} @click=${() => this.tell('toguna-close')}>
          <toguna-icon name="close"></toguna-icon>
        </button>
      </header>
      <div class="all" tabindex="0" role="region" aria-label=${t('map.layers')}>
        ${this.data()} ${this.whose()} ${this.about()} ${this.regions()} ${this.positions()} ${this.own()} ${this.ground()}
      </div>`
  }

  private data() {
    return html`<h3>${t('map.data')}</h3>
      ${this.laid.map(({ layer, total, as_of_us, cut, problem, regions }) => {
        const point = layer.drawn_as === 'point'
        const on = point ? !this.filter.lists.has(layer.table) : !this.hidden_ids(layer.table)
        const lost = regions.reduce((sum, region) => sum + region.count, 0)
        const toggle = () => (point ? this.choose('lists', layer.table) : this.tell('toguna-toggle', layer.table))
        return html`<label class="one">
          <input type="checkbox" .checked=${on} @change=${toggle} />
          <span>
            ${language() === 'fr' ? layer.title_fr : layer.title_en}
            <small>
              ${t('map.rows', { n: total })}${lost ? html`, ${t('map.no_point', { n: lost })}` : nothing}${cut ? html` (${t('map.cut')})` : nothing}
              ${as_of_us ? html`· ${t('map.as_of', { time: moment(as_of_us) })}` : nothing}
            </small>
            ${problem ? html`<small class="bad">${t('map.problem', { what: problem })}</small>` : nothing}
          </span>
        </label>`
      })}`
  }

  private counts(column: Uint8Array, names: readonly string[]): number[] {
    const counts = names.map(() => 0)
    for (let i = 0; i < this.picture.count; i++) counts[column[i]!]!++
    return counts
  }

  private whose() {
    const names = this.picture.parties
    if (!names.length) return nothing
    const counts = this.counts(this.picture.party, names)
    const shades = partyShades(this.parties, this.theme)
    return html`<h3>${t('map.parties')}</h3>
      ${names.map((name, i) =>
        this.check('parties', name, html`<span class="swatch" .style=${`background:${shades.get(name)?.mark ?? 'var(--ink-soft)'}`}>${name.slice(0, 3)}</span>`, partyName(name), counts[i]!),
      )}`
  }

  private about() {
    const names = this.picture.categories
    const counts = this.counts(this.picture.category, names)
    const shown = names.map((name, i) => ({ name, n: counts[i]! })).filter((one) => one.n > 0)
    if (!shown.length) return nothing
    const signs = new Signs(this.theme, this.parties)
    return html`<h3>${t('map.categories')}</h3>
      ${shown.map(({ name, n }) => this.check('categories', name, html`<img alt="" src=${signs.mark(name, '').image.toDataURL()} />`, categoryName(name), n))}
      <ul class="legend">
        <li><img alt="" src=${signs.group(24, Uint32Array.of(5, 4, 3), this.parties).image.toDataURL()} />${t('map.symbol_group')}</li>
        <li><span class="round"></span>${t('map.symbol_circle')}</li>
      </ul>`
  }

  private check(what: Named, name: string, sign: TemplateResult, text: string, n: number) {
    return html`<label class="one">
      <input type="checkbox" .checked=${!this.filter[what].has(name)} @change=${() => this.choose(what, name)} />
      ${sign}<span>${text} <small>${number(n)}</small></span>
    </label>`
  }

  private regions() {
    const all = this.laid.filter((one) => one.regions.length)
    if (!all.length) return nothing
    const line = (name: string, count: number, newest_us: number) => html`<li>
      <span>${name || t('map.unnamed')}</span><span>${number(count)} <small>${day(newest_us)}</small></span>
    </li>`
    return html`<h3>${t('map.regions')}</h3>
      <p class="soft">${t('map.regions_why')}</p>
      ${all.map(
        ({ layer, regions }) => html`<h4>${language() === 'fr' ? layer.title_fr : layer.title_en}</h4>
          <ul class="regions">
            ${regions.map((region) => line(region.name, region.count, region.newest_us))}
          </ul>`,
      )}`
  }

  private positions() {
    const heard = this.tracks?.heard ?? []
    return html`<h3>${t('map.positions')}</h3>
      ${heard.length === 0 ? html`<p class="soft">${t('map.no_streams')}</p>` : nothing}
      ${heard.map(
        ({ stream, count, at_us }) => html`<label class="one">
          <input type="checkbox" .checked=${!this.tracks!.hidden.has(stream)} @change=${() => this.tell('toguna-stream', stream)} />
          <span>${stream} <small>${t('map.stream', { n: count, ago: ago(at_us) })}</small></span>
        </label>`,
      )}`
  }

  private own() {
    return html`<h3>${t('map.own_files')}</h3>
      ${this.files.length === 0 ? html`<p class="soft">${t('map.no_files')}</p>` : nothing}
      ${this.files.map((file) => {
        const id = sourceOf(file)
        const facts = html`<small>
          ${t('map.file', { size: bytes(file.bytes), day: day(file.changed_us) })}
          ${file.attribution ? html`· ${plainText(file.attribution)}` : nothing}
        </small>`
        if (file.type === 'unknown') return html`<p>${file.name} ${facts}<small class="bad">${t('map.file_bad', { why: file.why })}</small></p>`
        return html`<label class="one">
          <input type="checkbox" .checked=${!this.hidden_ids(id)} @change=${() => this.tell('toguna-toggle', id)} />
          <span title="SHA-256 ${file.sha256}">${file.name} ${facts}</span>
        </label>`
      })}`
  }

  private ground() {
    const shades = shadesOf(this.theme)
    const border = (words: string, color: string, style: string) =>
      html`<li><span class="border" .style=${`border-top:2px ${style} ${color}`}></span>${t(words)}</li>`
    return html`<h3>${t('map.basemap')}</h3>
      <ul class="legend">
        ${border('map.border_member', shades.memberBorder, 'dashed')} ${border('map.border', shades.border, 'solid')}
        ${border('map.border_disputed', shades.disputed, 'dotted')}
      </ul>
      <ul class="sources">
        ${this.basemap?.about.sources.map(
          (source) => html`<li>
            ${t('map.source_line', { name: source.name, as_of: source.as_of || t('map.no_date'), licence: source.licence })}
            <small>${source.via}</small>
          </li>`,
        )}
      </ul>
      <p class="soft">${t('map.scale_error')}</p>`
  }
}
define('toguna-map-panel', TogunaMapPanel)
