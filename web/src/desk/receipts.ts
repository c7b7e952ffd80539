/** `<toguna-receipts>`: what became of a record that we let out, reader by reader. */

import { html } from 'lit'

import { session } from '../house/api'
import { define, DeskElement } from '../house/element'
import { partyOf } from '../house/shapes'
import { t } from '../house/words'
import { base } from '../parts/base'
import '../sharing/readers'

export class TogunaReceipts extends DeskElement {
  static override properties = { address: {} }
  static override styles = [base]
  address = ''

  override render() {
    if (partyOf(this.address) !== session().party) return html`<p class="soft">${t('receipts.theirs')}</p>`
    return html`<toguna-readers about=${this.address}></toguna-readers>`
  }
}
define('toguna-receipts', TogunaReceipts)
