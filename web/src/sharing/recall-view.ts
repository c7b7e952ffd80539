/** `<toguna-recall-view>`: a recall: what, why, and where each holder stands. */

import { html, nothing } from 'lit'

import { eyes } from '../house/eyes'
import { define, DeskElement } from '../house/element'
import { recordHash } from '../house/route'
import type { Shown } from '../house/shapes'
import { quote, t } from '../house/words'
import { base } from '../parts/base'
import { isOurs } from './home'
import './readers'
import './words.release'
import './words.view'

export class TogunaRecallView extends DeskElement {
  static override properties = { shown: { attribute: false } }
  static override styles = [base]
  shown!: Shown

  override render() {
    const record = this.shown?.record
    if (!record?.about) return nothing
    return html`<p>${quote(String(record.body.why))} — <a class="mono" href=${recordHash(record.about)}>${record.about}</a></p>
      ${isOurs(this.shown.address) && !eyes()
        ? html`<toguna-readers about=${record.about}></toguna-readers>`
        : html`<p class="soft small">${t('recall.limit')}</p>`}`
  }
}
define('toguna-recall-view', TogunaRecallView)
