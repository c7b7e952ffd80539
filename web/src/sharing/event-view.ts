/** `<toguna-event-view>`: an incident of an outside dataset, and who of ours has it. */

import { html, nothing } from 'lit'

import '../desk/facts'
import { eyes } from '../house/eyes'
import { define, DeskElement } from '../house/element'
import type { Shown } from '../house/shapes'
import { t } from '../house/words'
import { base } from '../parts/base'
import { isOurs } from './home'
import './circles'
import { pointIn } from './place'
import './readers'
import './words.view'

export class TogunaEventView extends DeskElement {
  static override properties = { shown: { attribute: false } }
  static override styles = [base]
  shown!: Shown

  override render() {
    const record = this.shown?.record
    if (!record) return nothing
    const { body, kind } = record
    // From where_prec 3 on the coordinates stand for a region: that is no point.
    const point = Number(body.where_prec) <= 2 ? pointIn(body) : null
    return html`${point ? html`<toguna-circles .circles=${[{ ...point, radius_m: Number(body.radius_m ?? 0) }]}></toguna-circles>` : nothing}
      <toguna-facts .kind=${kind} .body=${body}></toguna-facts>
      ${isOurs(this.shown.address) && !eyes()
        ? html`<h3>${t('report.releases')}</h3><toguna-readers about=${this.shown.address}></toguna-readers>`
        : nothing}`
  }
}
define('toguna-event-view', TogunaEventView)
