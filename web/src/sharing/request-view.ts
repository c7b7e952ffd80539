/** `<toguna-request-view>`: the record of a request; the owner answers it here. */

import { html, nothing } from 'lit'

import { define, DeskElement } from '../house/element'
import type { Shown } from '../house/shapes'
import { base } from '../parts/base'
import './requests'

export class TogunaRequestView extends DeskElement {
  static override properties = { shown: { attribute: false } }
  static override styles = [base]
  shown!: Shown

  override render() {
    const origin = this.shown?.record?.about
    return origin ? html`<toguna-requests origin=${origin}></toguna-requests>` : nothing
  }
}
define('toguna-request-view', TogunaRequestView)
