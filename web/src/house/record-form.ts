/** What the forms of borders and disputes share: fields, problems beside them, and sending. */

import { css, html, nothing, type TemplateResult } from 'lit'

import { Problem } from './api'
import { DeskElement } from './element'
import { sentence } from './sentences'
import { t } from './words'
import { writeRecord, type Wanted } from './write'
import { base } from '../parts/base'
import '../parts/field'
import '../parts/icon'
import '../parts/party-ticks'
import { problemText, toast } from '../parts/toast'
import './words.writing'

export type Problems = Record<string, string>

interface Line {
  hint?: string
  optional?: boolean
  type?: string
  mode?: string
  most?: number
  rows?: number
  /** The field of the body, where the node names it so. */
  field?: string
}

/** A form for one record. What is typed stays when the node refuses. */
export abstract class RecordForm<D extends object> extends DeskElement {
  static override properties = {
    draft: { state: true },
    to: { state: true },
    problems: { state: true },
    problem: { state: true },
    busy: { state: true },
  }
  static override styles = [
    base,
    css`
      :host {
        display: block;
        container-type: inline-size;
      }
      form {
        max-width: 46rem;
      }
      h2 {
        margin-bottom: 10px;
      }
      fieldset {
        margin-bottom: 14px;
      }
      .twos {
        display: grid;
        gap: 0 12px;
        grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr));
      }
    `,
  ]
  abstract draft: D
  to: string[] = []
  protected problems: Problems = {}
  protected problem = ''
  protected busy = false

  /** The record that the draft means, or what is wrong with it. */
  protected abstract made(): { wanted: Omit<Wanted, 'to'>; problems: Problems }
  /** After it was written. */
  protected abstract written(address: string): void
  protected abstract fields(): TemplateResult

  protected put(changes: Partial<D>, ...fields: string[]): void {
    this.draft = { ...this.draft, ...changes }
    const left = { ...this.problems }
    for (const name of [...Object.keys(changes), ...fields]) delete left[name]
    this.problems = left
  }

  private submit = async (event: Event) => {
    event.preventDefault()
    if (this.busy) return
    const { wanted, problems } = this.made()
    this.problems = problems
    this.problem = ''
    if (Object.keys(problems).length) return this.showFirst()
    this.busy = true
    try {
      const address = await writeRecord({ ...wanted, to: this.to })
      if (address) {
        toast(t('writing.done', { address }), 'good')
        this.written(address)
      }
    } catch (error) {
      this.refused(error)
    }
    this.busy = false
  }

  private refused(error: unknown): void {
    const where = error instanceof Problem ? error.where.replace(/^\$\.?/, '').replace(/^body\./, '') : ''
    if (error instanceof Problem && this.renderRoot.querySelector(`[data-field="${CSS.escape(where)}"]`)) {
      this.problems = { [where]: [sentence(error.what), sentence(error.remedy)].filter(Boolean).join('. ') }
      this.showFirst()
    } else this.problem = problemText(error)
  }

  private showFirst(): void {
    void this.updateComplete.then(() => {
      const wrong = this.renderRoot.querySelector<HTMLElement>('[data-field][error]:not([error=""])')
      wrong?.scrollIntoView({ block: 'center' })
      wrong?.focus()
    })
  }

  protected error(field: string): string {
    return this.problems[field] ? sentence(this.problems[field]) : ''
  }

  protected line(name: keyof D & string, label: string, more: Line = {}) {
    const field = more.field ?? name
    const typed = (event: Event) =>
      this.put({ [name]: (event.target as HTMLInputElement).value } as unknown as Partial<D>, field)
    const value = String(this.draft[name])
    return html`<toguna-field
      data-field=${field}
      label=${t(label)}
      hint=${more.hint ? t(more.hint) : ''}
      error=${this.error(field)}
      ?optional=${more.optional}
    >
      ${more.rows
        ? html`<textarea name=${name} rows=${more.rows} maxlength=${more.most ?? 20_000} .value=${value} @input=${typed}></textarea>`
        : html`<input
            name=${name}
            type=${more.type ?? 'text'}
            autocomplete="off"
            inputmode=${more.mode ?? nothing}
            maxlength=${more.most ?? 200}
            .value=${value}
            @input=${typed}
          />`}
    </toguna-field>`
  }

  /** To whom it goes. `among` limits the choice to those who could place it. */
  protected readers(label = 'writing.readers') {
    return html`<toguna-party-ticks
      data-field="label.to"
      label=${t(label)}
      error=${this.error('label.to')}
      .chosen=${this.to}
      @toguna-parties=${(event: Event) => {
        this.to = (event as CustomEvent<string[]>).detail
        this.put({}, 'label.to')
      }}
      ><p class="small soft">${t('writing.home_only')}</p></toguna-party-ticks
    >`
  }

  override render() {
    const wrong = Object.keys(this.problems).length
    const does = this.busy ? 'writing.sending' : this.to.length ? 'writing.send' : 'writing.keep'
    return html`<form novalidate @submit=${this.submit}>
      ${this.fields()}
      ${wrong ? html`<p class="notice bad" role="alert">${t('writing.problems', { n: wrong })}</p>` : nothing}
      ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}
      <button class="main" type="submit" ?disabled=${this.busy}>
        <toguna-icon name=${this.to.length ? 'sign' : 'home'}></toguna-icon>${t(does)}
      </button>
    </form>`
  }
}
