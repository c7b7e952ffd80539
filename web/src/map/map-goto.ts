/** `<toguna-map-goto>`: go to degrees, an MGRS square or a place by its name. */

import { css, html, nothing } from 'lit'
import type { FeatureCollection, Point } from 'geojson'

import { define, DeskElement } from '../house/element'
import { parsePlace } from '../house/shape'
import { language, t } from '../house/words'
import { base } from '../parts/base'
import '../parts/icon'

interface Found {
  name: string
  country: string
  lon: number
  lat: number
}

const MOST = 7
const ZOOM = 9

const plain = (text: string) => text.normalize('NFD').replace(/[\u0300-\u036f]/g, '').replace(/[’']/g, '').toLowerCase()

/** Places whose name begins with the text, then those that have it inside, the larger first. */
export function placesNamed(text: string, places: FeatureCollection<Point>, spoken: 'fr' | 'en'): Found[] {
  const wanted = plain(text.trim())
  if (wanted.length < 2) return []
  const [first, rest]: [Found[], Found[]] = [[], []]
  for (const { properties: p, geometry } of places.features) {
    const names = [String(p?.[spoken]), String(p?.['en'])]
    const at = Math.min(...names.map((name) => plain(name).indexOf(wanted)).map((n) => (n < 0 ? Infinity : n)))
    if (at === Infinity) continue
    const [lon, lat] = geometry.coordinates as [number, number]
    ;(at === 0 ? first : rest).push({ name: names[0]!, country: String(p?.['country']), lon, lat })
    if (first.length >= MOST) break
  }
  return [...first, ...rest].slice(0, MOST)
}

export class TogunaMapGoto extends DeskElement {
  static override properties = {
    places: { attribute: false },
    text: { state: true },
    wrong: { state: true },
    at: { state: true },
  }
  static override styles = [
    base,
    css`
      :host {
        display: block;
        width: min(21rem, 100%);
        position: relative;
      }
      .box {
        display: flex;
        align-items: center;
        background: var(--paper-raised);
        border: 1px solid var(--line-strong);
        border-radius: var(--radius);
        box-shadow: var(--shadow);
        padding-left: 9px;
        color: var(--ink-soft);
      }
      input {
        border: 0;
        background: none;
        width: 100%;
        min-height: var(--touch);
        box-shadow: none;
      }
      .box:focus-within {
        outline: 3px solid var(--focus);
      }
      input:focus-visible {
        outline: none;
      }
      ul {
        position: absolute;
        left: 0;
        right: 0;
        margin: 4px 0 0;
        padding: 4px 0;
        list-style: none;
        background: var(--paper-raised);
        border: 1px solid var(--line);
        border-radius: var(--radius);
        box-shadow: var(--shadow);
      }
      li {
        padding: 6px 12px;
        cursor: pointer;
        display: flex;
        justify-content: space-between;
        gap: 12px;
      }
      li[aria-selected='true'],
      li:hover {
        background: var(--mark-soft);
      }
      li span {
        color: var(--ink-soft);
        text-transform: uppercase;
        font-size: 0.8em;
      }
      p {
        margin: 4px 0 0;
        padding: 5px 10px;
        background: var(--bad-soft);
        color: var(--bad);
        border-radius: var(--radius);
      }
    `,
  ]
  places?: FeatureCollection<Point>
  private text = ''
  private wrong = false
  private at = 0

  private get found(): Found[] {
    if (!this.places || parsePlace(this.text)) return []
    return placesNamed(this.text, this.places, language())
  }

  private typed = (event: Event) => {
    this.text = (event.target as HTMLInputElement).value
    this.wrong = false
    this.at = 0
  }

  private go(found?: Found): void {
    const place = parsePlace(this.text)
    if (found) this.leave(found.lat, found.lon)
    else if (place) this.leave(place.lat_e7 / 1e7, place.lon_e7 / 1e7)
    else this.wrong = this.text.trim() !== ''
  }

  private leave(lat: number, lon: number): void {
    this.tell('toguna-go', { lat, lon, zoom: ZOOM })
    this.text = ''
  }

  private key = (event: KeyboardEvent) => {
    event.stopPropagation()
    const { found } = this
    if (event.key === 'Enter') this.go(found[this.at])
    else if (event.key === 'Escape') this.text = ''
    else if (event.key === 'ArrowDown') this.at = Math.min(found.length - 1, this.at + 1)
    else if (event.key === 'ArrowUp') this.at = Math.max(0, this.at - 1)
    else return
    event.preventDefault()
  }

  override focus(): void {
    this.renderRoot.querySelector('input')?.focus()
  }

  override render() {
    const { found } = this
    return html`<div class="box">
        <toguna-icon name="search"></toguna-icon>
        <input
          type="text"
          role="combobox"
          autocomplete="off"
          spellcheck="false"
          aria-label=${t('map.goto')}
          aria-expanded=${String(found.length > 0)}
          aria-controls="found"
          aria-activedescendant=${found.length ? `one-${this.at}` : nothing}
          aria-invalid=${String(this.wrong)}
          placeholder=${t('map.goto')}
          .value=${this.text}
          @input=${this.typed}
          @keydown=${this.key}
        />
      </div>
      <ul id="found" role="listbox" aria-label=${t('map.goto')} ?hidden=${found.length === 0}>
        ${found.map(
          (one, i) => html`<li id="one-${i}" role="option" aria-selected=${String(i === this.at)} @click=${() => this.go(one)}>
            ${one.name}<span>${one.country}</span>
          </li>`,
        )}
      </ul>
      ${this.wrong ? html`<p role="alert">${t('map.goto_none')}</p>` : nothing}`
  }
}
define('toguna-map-goto', TogunaMapGoto)
