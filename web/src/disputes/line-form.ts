/** `<toguna-line-form>`: a boundary line out of a GeoJSON file, with who lies on which side. */

import { html, nothing } from 'lit'

import { define } from '../house/element'
import { RecordForm } from '../house/record-form'
import { go } from '../house/route'
import { t } from '../house/words'
import { boundaryOf, linesOf, type BoundaryDraft } from './draft'
import './words'

const EMPTY: BoundaryDraft = {
  name: '', name_en: '', source: '', licence: '', as_of: '', uncertainty_m: '', left: '', right: '',
  disputed: false, note: '', parts: [],
}

export class TogunaLineForm extends RecordForm<BoundaryDraft> {
  draft: BoundaryDraft = { ...EMPTY }

  protected made() {
    const { body, problems } = boundaryOf(this.draft)
    return { wanted: { kind: 'disputes.boundary', body }, problems }
  }

  protected written(): void {
    this.draft = { ...EMPTY }
    go('#/disputes/lines')
  }

  private read = async (event: Event) => {
    const file = (event.target as HTMLInputElement).files?.[0]
    if (!file) return
    const parts = linesOf(await file.text())
    this.put({ parts })
    if (parts.length === 0) this.problems = { ...this.problems, parts: 'dispute.no_line' }
  }

  protected fields() {
    const { draft } = this
    const vertices = draft.parts.reduce((sum, part) => sum + part.length, 0)
    return html`<h2>${t('dispute.new_line')}</h2>
      ${this.readers()}
      <toguna-field data-field="parts" label=${t('dispute.file')} hint=${t('dispute.file_hint')} error=${this.error('parts')}>
        <input type="file" name="file" accept=".geojson,.json,application/geo+json" @change=${this.read} />
      </toguna-field>
      ${vertices
        ? html`<p role="status">
            ${t('dispute.vertices', { n: vertices, parts: t('dispute.parts', { n: draft.parts.length }) })}
          </p>`
        : nothing}
      <div class="twos">
        ${this.line('name', 'dispute.line_name')} ${this.line('name_en', 'dispute.line_name_en', { optional: true })}
        ${this.line('source', 'dispute.dataset')} ${this.line('licence', 'dispute.licence')}
        ${this.line('as_of', 'dispute.day', { type: 'date', field: 'as_of_us' })}
        ${this.line('uncertainty_m', 'dispute.uncertainty', { hint: 'dispute.error_hint', most: 14 })}
        ${this.line('left', 'dispute.left')} ${this.line('right', 'dispute.right')}
      </div>
      <label class="tick">
        <input
          type="checkbox"
          name="disputed"
          .checked=${draft.disputed}
          @change=${(event: Event) => this.put({ disputed: (event.target as HTMLInputElement).checked })}
        />${t('dispute.is_disputed')}
      </label>
      ${this.line('note', 'dispute.note', { rows: 2, optional: true, most: 2_000 })}`
  }
}
define('toguna-line-form', TogunaLineForm)
