/** `<toguna-map-box picks .circles>`: places and their radii on a small map beside a form; with
 *  `picks` one chooses a place, on the desk's map where it is in view, else on one that opens
 *  here. Tells `toguna-picked` {lat_e7, lon_e7}. */

import { css, html, nothing } from 'lit'

import { define, DeskElement } from '../house/element'
import { t } from '../house/words'
import { base } from '../parts/base'
import './circles'
import type { Circle } from './circles'
import { pickPlace } from './picking'
import './words.form'

export class TogunaMapBox extends DeskElement {
  static override properties = {
    circles: { attribute: false },
    picks: { type: Boolean },
    picking: { state: true },
  }
  static override styles = [
    base,
    css`
      :host {
        display: block;
      }
      .map {
        height: min(22rem, 60vh);
      }
    `,
  ]
  circles: Circle[] = []
  picks = false
  picking = false

  override firstUpdated() {
    if (this.picks) void this.pick()
  }

  private pick = async () => {
    this.picking = true
    await this.updateComplete
    const host = this.renderRoot.querySelector<HTMLElement>('.map') as HTMLElement
    const place = await pickPlace(host).catch(() => null)
    this.picking = false
    if (place && this.isConnected) this.tell('toguna-picked', place)
  }

  override render() {
    const inner = (event: Event) => event.stopPropagation()
    return html`${this.picking
        ? html`<p class="soft small" role="status">${t('form.map_hint')}</p>`
        : this.picks
          ? html`<p><button type="button" data-pick @click=${this.pick}>${t('form.map_again')}</button></p>`
          : nothing}
      <div class="map" ?hidden=${!this.picking} @toguna-picked=${inner}></div>
      ${this.picking || !this.circles.length ? nothing : html`<toguna-circles .circles=${this.circles}></toguna-circles>`}`
  }
}
define('toguna-map-box', TogunaMapBox)
