/** `<toguna-dispute-form about="bf/spine/3">`: why another's record cannot be so. Signed. */

import { html } from 'lit'

import { define } from '../house/element'
import { RecordForm } from '../house/record-form'
import { go, hashOf, recordHash } from '../house/route'
import { partyOf } from '../house/shapes'
import { t } from '../house/words'
import { disputeOf, type DisputeDraft } from './draft'
import './words'

const EMPTY: DisputeDraft = { reason: '', reason_en: '', version: '', version_en: '' }

export class TogunaDisputeForm extends RecordForm<DisputeDraft> {
  static override properties = { ...RecordForm.properties, about: {} }
  draft: DisputeDraft = { ...EMPTY }
  about = ''

  override firstUpdated(): void {
    this.to = [partyOf(this.about)]
  }

  protected made() {
    const { body, problems } = disputeOf(this.draft)
    return { wanted: { kind: 'disputes.dispute', body, about: this.about }, problems }
  }

  protected written(): void {
    this.draft = { ...EMPTY }
    go(hashOf('disputes', ['matter', ...this.about.split('/')]))
  }

  protected fields() {
    return html`<h2>${t('dispute.contest_title', { address: this.about })}</h2>
      <p class="notice">${t('dispute.contest_hint')} <a href=${recordHash(this.about)}>${t('dispute.record')}</a></p>
      ${this.readers()}
      ${this.line('reason', 'dispute.reason', { rows: 3, most: 2_000 })}
      ${this.line('reason_en', 'dispute.reason_en', { rows: 2, optional: true, most: 2_000 })}
      ${this.line('version', 'dispute.version', { rows: 3, optional: true })}
      ${this.line('version_en', 'dispute.version_en', { rows: 2, optional: true })}`
  }
}
define('toguna-dispute-form', TogunaDisputeForm)
