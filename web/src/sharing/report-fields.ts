/** The plain fields of the report's form. */

import { html, type TemplateResult } from 'lit'

import { t } from '../house/words'
import { CATEGORIES, CREDIBILITIES, GRADES, type Draft, type Field } from './report-draft'
import { asPrecision, DATE_PRECISIONS, INPUT_OF, type DatePrecision } from './when'

/** What the fields need of the form in which they stand. */
export interface FormView {
  draft: Draft
  put(changes: Partial<Draft>): void
  errorAt(field: Field | 'why'): string
}

type TextField = { [F in Field]: Draft[F] extends string ? F : never }[Field]

const typed = (event: Event) => (event.target as HTMLInputElement).value

/** One line of text. */
export function line(
  form: FormView,
  field: TextField,
  label: string,
  more: { hint?: string; optional?: boolean; type?: string; mode?: string; most?: number } = {},
): TemplateResult {
  return html`<toguna-field label=${label} hint=${more.hint ?? ''} error=${form.errorAt(field)} ?optional=${more.optional}>
    <input
      name=${field}
      type=${more.type ?? 'text'}
      inputmode=${more.mode ?? 'text'}
      maxlength=${more.most ?? 200}
      autocomplete="off"
      .value=${form.draft[field]}
      @input=${(event: Event) => form.put({ [field]: typed(event) })}
    />
  </toguna-field>`
}

function area(form: FormView, field: TextField, label: string, hint = ''): TemplateResult {
  return html`<toguna-field label=${label} hint=${hint} error=${form.errorAt(field)}>
    <textarea
      name=${field}
      rows="6"
      maxlength="20000"
      .value=${form.draft[field]}
      @input=${(event: Event) => form.put({ [field]: typed(event) })}
    ></textarea>
  </toguna-field>`
}

/** One of several: `words` gives the text of each. */
export function choice(
  form: FormView,
  field: TextField,
  label: string,
  values: readonly string[],
  words: (value: string) => string,
  empty = false,
): TemplateResult {
  const now = form.draft[field]
  return html`<toguna-field label=${label} error=${form.errorAt(field)}>
    <select name=${field} @change=${(event: Event) => form.put({ [field]: typed(event) })}>
      ${empty ? html`<option value="" ?selected=${!now}>${t('form.choose')}</option>` : ''}
      ${values.map((value) => html`<option value=${value} ?selected=${value === now}>${words(value)}</option>`)}
    </select>
  </toguna-field>`
}

/** What it is about, and what happened. */
export function bigFields(form: FormView): TemplateResult {
  const { title_en, text_en } = form.draft
  return html`<fieldset>
    <legend>${t('form.what')}</legend>
    ${choice(form, 'category', t('form.category'), CATEGORIES, (one) => t(`category.${one}`), true)}
    ${line(form, 'title', t('form.head'), { hint: t('form.head_hint') })}
    ${area(form, 'text', t('form.text'), t('form.text_hint'))}
    <details ?open=${Boolean(title_en || text_en)}>
      <summary>${t('form.english')}</summary>
      ${line(form, 'title_en', t('form.head_en'), { optional: true })} ${area(form, 'text_en', t('form.text_en'))}
    </details>
  </fieldset>`
}

/** When it happened, and how exactly that is known. */
export function whenFields(form: FormView): TemplateResult {
  const precision = form.draft.date_precision
  const type = INPUT_OF[precision]
  const hint = precision === 'week' ? t('form.week_hint') : ''
  const change = (event: Event) => {
    const date_precision = typed(event) as DatePrecision
    const again = (text: string) => text && asPrecision(text, precision, date_precision)
    form.put({ date_precision, from: again(form.draft.from), until: again(form.draft.until) })
  }
  return html`<fieldset>
    <legend>${t('form.when')}</legend>
    <div class="when">
      <toguna-field label=${t('form.known_to')}>
        <select name="date_precision" @change=${change}>
          ${DATE_PRECISIONS.map((one) => html`<option value=${one} ?selected=${one === precision}>${t(`known.${one}`)}</option>`)}
        </select>
      </toguna-field>
      ${line(form, 'from', t('form.from'), { type, hint })}
      ${line(form, 'until', t('form.until'), { type, optional: true })}
    </div>
  </fieldset>`
}

/** How many died. Empty is not zero. */
export function deadFields(form: FormView): TemplateResult {
  return html`<fieldset>
    <legend>${t('form.dead')}</legend>
    <div class="thirds">
      ${(['deaths_low', 'deaths_best', 'deaths_high'] as const).map((field) =>
        line(form, field, t(`form.${field}`), { mode: 'numeric', most: 12 }),
      )}
    </div>
    <p class="soft small">${t('form.dead_hint')}</p>
  </fieldset>`
}

/** How reliable the source is, how credible the content, and where it comes from. */
export function gradeFields(form: FormView): TemplateResult {
  return html`<fieldset>
    <legend>${t('form.how_sure')}</legend>
    <div class="twos">
      ${choice(form, 'grade', t('form.grade'), GRADES, (one) => t(`grade.${one}`), true)}
      ${choice(form, 'credibility', t('form.credibility'), CREDIBILITIES, (one) => t(`credibility.${one}`), true)}
    </div>
    ${line(form, 'source', t('form.source'), { hint: t('form.source_hint'), optional: true })}
  </fieldset>`
}
