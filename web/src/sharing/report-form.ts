/** `<toguna-report-form>`: a report is written here, and corrected. What is typed is kept in
 *  this browser until it is sent. With `correct` in its query (an address on our spine) the form begins
 *  with that report, and what is sent replaces it for all who have it. */

import { html, nothing } from 'lit'

import { post, Problem, session } from '../house/api'
import { nowUs } from '../house/clock'
import { define, DeskElement } from '../house/element'
import { go, recordHash } from '../house/route'
import { sentence } from '../house/sentences'
import { moment } from '../house/shape'
import { signAct } from '../house/signing'
import { pair, t } from '../house/words'
import { base } from '../parts/base'
import '../parts/index'
import { problemText, toast } from '../parts/toast'
import { reportAt } from './home'
import './photos-field'
import './place-field'
import {
  bodyOf, draftOf, emptyDraft, fieldOf, isEmpty, keepDraft, keptDraft, type Draft, type Field, type Problems,
} from './report-draft'
import { bigFields, deadFields, gradeFields, type FormView, whenFields } from './report-fields'
import { formStyles } from './report-styles'
import './words.form'

const KEEP_AFTER_MS = 300

export class TogunaReportForm extends DeskElement implements FormView {
  static override properties = {
    query: { attribute: false },
    draft: { state: true },
    problems: { state: true },
    problem: { state: true },
    why: { state: true },
    flash: { state: true },
    busy: { state: true },
    kept: { state: true },
    taken_up_us: { state: true },
    loading: { state: true },
  }
  static override styles = [base, formStyles]
  /** `{ correct: 'ml/spine/3' }` corrects that one. */
  query: Record<string, string> = {}
  draft: Draft = emptyDraft()
  problems: Problems & { why?: string } = {}
  problem = ''
  why = ''
  flash = false
  busy = false
  kept = true
  taken_up_us = 0
  loading = false
  private soon?: ReturnType<typeof setTimeout>
  /** One for each thing to be said: sent twice it is still said once. */
  private once = crypto.randomUUID()

  override connectedCallback() {
    super.connectedCallback()
    addEventListener('pagehide', this.keepNow)
    const kept = keptDraft(this.key)
    if (kept) {
      this.draft = kept.draft
      this.taken_up_us = kept.at_us
    } else if (this.correcting) void this.load()
  }

  override disconnectedCallback() {
    super.disconnectedCallback()
    removeEventListener('pagehide', this.keepNow)
    if (this.soon) this.keepNow()
  }

  private get correcting(): string {
    return this.query.correct ?? ''
  }

  private get key(): string {
    const { party, person } = session()
    return `toguna.draft.${party}.${person?.id ?? ''}.report${this.correcting && `.${this.correcting}`}`
  }

  private async load() {
    this.loading = true
    try {
      this.draft = draftOf(await reportAt(this.correcting))
    } catch (error) {
      this.problem = problemText(error)
    }
    this.loading = false
  }

  // Typing ------------------------------------------------------------------------------------

  put = (changes: Partial<Draft>) => {
    this.draft = { ...this.draft, ...changes }
    const still = { ...this.problems }
    for (const name of Object.keys(changes)) delete still[name as Field]
    this.problems = still
    clearTimeout(this.soon)
    this.soon = setTimeout(this.keepNow, KEEP_AFTER_MS)
  }

  errorAt(field: Field | 'why'): string {
    const said = this.problems[field]
    return said ? sentence(said) : ''
  }

  private keepNow = () => {
    clearTimeout(this.soon)
    this.soon = undefined
    this.kept = keepDraft(this.key, this.draft, nowUs())
  }

  private drop = () => {
    clearTimeout(this.soon)
    this.soon = undefined
    keepDraft(this.key, emptyDraft(), 0)
    this.draft = emptyDraft()
    this.taken_up_us = 0
    this.problems = {}
    this.problem = ''
    this.why = ''
    if (this.correcting) void this.load()
  }

  // Sending -----------------------------------------------------------------------------------

  private async send(then: 'stay' | 'release') {
    if (this.busy) return
    const { body, problems } = bodyOf(this.draft)
    this.problems = this.correcting && !this.why.trim() ? { ...problems, why: 'form.needed' } : problems
    this.problem = ''
    if (Object.keys(this.problems).length) return this.showFirst()
    this.busy = true
    try {
      if (this.correcting) await this.correct(body)
      else await this.save(body, then)
    } catch (error) {
      this.refused(error)
    }
    this.busy = false
  }

  private async save(body: object, then: 'stay' | 'release') {
    const said = { body, once: this.once }
    const { addresses } = await post<{ addresses: string[] }>('/api/sharing/report', said)
    const address = addresses[0]!
    this.done()
    toast(t('form.saved', { address }), 'good')
    const flash = this.flash
    go(recordHash(address))
    if (then === 'release' || flash) (await import('./releasing')).release(address, { flash })
  }

  private async correct(body: object) {
    const sent = await signAct({ act: 'correct', address: this.correcting, body, why: this.why.trim() })
    if (!sent) return
    this.done()
    toast(t('form.corrected', { address: sent.address }), 'good')
    go(recordHash(this.correcting))
  }

  /** What was typed is somewhere safer now. */
  private done() {
    clearTimeout(this.soon)
    this.soon = undefined
    keepDraft(this.key, emptyDraft(), 0)
    this.draft = emptyDraft()
    this.once = crypto.randomUUID()
  }

  private refused(error: unknown) {
    const field = error instanceof Problem ? (error.where === 'why' ? 'why' : fieldOf(error.where, error.what)) : null
    if (field && error instanceof Problem) {
      const what = sentence(error.what.replace(/ - at `.*$/, ''))
      this.problems = { [field]: [what, sentence(error.remedy)].filter(Boolean).join('. ') }
      this.showFirst()
    } else this.problem = problemText(error)
  }

  private showFirst() {
    void this.updateComplete.then(() => {
      const wrong = this.renderRoot.querySelector<HTMLElement>('toguna-field[error]:not([error=""]), toguna-place-field[error]:not([error=""])')
      wrong?.scrollIntoView({ block: 'center' })
      wrong?.focus()
    })
  }

  // Showing -----------------------------------------------------------------------------------

  private renderHead() {
    return html`<h1>${this.correcting ? t('form.correct_title', { address: this.correcting }) : t('form.title')}</h1>
      <p class="soft">${t(this.correcting ? 'form.correct_hint' : 'form.home_hint')}</p>
      ${this.taken_up_us
        ? html`<p class="notice row spread">
            <span>${t('form.draft_from', { when: moment(this.taken_up_us) })}</span>
            <button type="button" data-drop @click=${this.drop}>${t('form.draft_drop')}</button>
          </p>`
        : nothing}`
  }

  private renderWhy() {
    return html`<toguna-field label=${t('form.why')} error=${this.errorAt('why')}>
      <textarea
        name="why"
        rows="2"
        maxlength="2000"
        .value=${this.why}
        @input=${(event: Event) => {
          this.why = (event.target as HTMLTextAreaElement).value
          this.problems = { ...this.problems, why: undefined }
        }}
      ></textarea>
    </toguna-field>`
  }

  private renderFoot() {
    const wrong = Object.values(this.problems).filter(Boolean).length
    return html`<footer>
      ${wrong ? html`<p class="notice bad" role="alert">${t('form.problems', { n: wrong })}</p>` : nothing}
      ${this.problem ? html`<p class="notice bad" role="alert">${pair(t('form.refused'), this.problem)}</p>` : nothing}
      <div class="row">
        ${this.correcting ? this.renderCorrect() : this.renderSave()}
        <span class="soft small grow" aria-live="polite">
          ${isEmpty(this.draft) ? nothing : t(this.kept ? 'form.draft_kept' : 'form.draft_not_kept')}
        </span>
      </div>
    </footer>`
  }

  private renderSave() {
    return html`<button class="main" type="submit" ?disabled=${this.busy}>
        ${t(this.busy ? 'form.saving' : 'form.save')}
      </button>
      <button type="button" data-release ?disabled=${this.busy} @click=${() => this.send('release')}>
        <toguna-icon name="send"></toguna-icon>${t('form.save_release')}
      </button>
      <label class="tick">
        <input
          type="checkbox"
          name="flash"
          .checked=${this.flash}
          @change=${(event: Event) => (this.flash = (event.target as HTMLInputElement).checked)}
        />
        ${t('form.flash')}
      </label>`
  }

  private renderCorrect() {
    return html`<button class="main" type="submit" ?disabled=${this.busy}>
      <toguna-icon name="sign"></toguna-icon>${t('form.send_correction')}
    </button>`
  }

  override render() {
    if (this.loading) return html`<p class="soft">${t('form.loading')}</p>`
    const submit = (event: Event) => {
      event.preventDefault()
      void this.send('stay')
    }
    return html`<form @submit=${submit} novalidate>
      ${this.renderHead()} ${this.correcting ? this.renderWhy() : nothing}
      <div class="halves">
        <div>${bigFields(this)} ${whenFields(this)}</div>
        <div>
          <fieldset>
            <legend>${t('form.where')}</legend>
            <toguna-place-field .draft=${this.draft} .form=${this} error=${this.errorAt('place')}></toguna-place-field>
          </fieldset>
          ${deadFields(this)} ${gradeFields(this)}
          <fieldset>
            <legend>${t('form.photos')}</legend>
            <toguna-photos-field .pictures=${this.draft.evidence} .form=${this}></toguna-photos-field>
          </fieldset>
        </div>
      </div>
      ${this.renderFoot()}
    </form>`
  }
}
define('toguna-report-form', TogunaReportForm)
