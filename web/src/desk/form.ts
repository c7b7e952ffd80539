/** `<toguna-form kind>`: writes any kind, out of its schema. What is wrong stands at the field,
 *  and what was typed stays. */

import { css, html, nothing } from 'lit'

import { post, Problem, session } from '../house/api'
import { define, DeskElement } from '../house/element'
import { kindOf } from '../house/kinds'
import { kindName } from '../house/naming'
import { go, recordHash } from '../house/route'
import { sentence } from '../house/sentences'
import type { KindShown } from '../house/shapes'
import { t } from '../house/words'
import { base } from '../parts/base'
import { partyName } from '../parts/small'
import { toast } from '../parts/toast'
import { fieldRows } from './form-fields'
import { bodyOf, fieldsOf, placeOf, type Field, type Typed, type Wrongs } from './schema'

export class TogunaForm extends DeskElement {
  static override properties = {
    kind: {},
    about: {},
    query: { attribute: false },
    declared: { state: true },
    typed: { state: true },
    wrongs: { state: true },
    said: { state: true },
    readers: { state: true },
    problem: { state: true },
    busy: { state: true },
  }
  static override styles = [
    base,
    css`
      :host {
        display: block;
      }
      h2 {
        margin: 0 40px 4px 0;
      }
      .who {
        margin-bottom: 16px;
      }
      fieldset {
        margin-bottom: 14px;
      }
      .readers {
        display: flex;
        flex-wrap: wrap;
        gap: 0 18px;
      }
      .send {
        position: sticky;
        bottom: -40px;
        background: var(--paper-raised);
        border-top: 1px solid var(--line);
        padding: 12px 0;
        margin-top: 18px;
      }
      .pair {
        display: grid;
        grid-template-columns: 1fr 1fr;
        gap: 0 10px;
      }
    `,
  ]
  /** `alerts.alert`. */
  kind = ''
  /** The address of the record that is spoken of. */
  about = ''
  query: Record<string, string> = {}
  private declared?: KindShown
  private fields: Field[] = []
  private typed: Typed = {}
  private wrongs: Wrongs = {}
  /** What the node said of a field, in its own words. */
  private said: Record<string, string> = {}
  private readers: string[] = []
  private problem = ''
  private busy = false

  override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has('kind') && this.kind) void this.load()
  }

  private async load(): Promise<void> {
    try {
      this.declared = await kindOf(this.kind)
      if (!this.declared) return void (this.problem = t('form.no_kind', { kind: this.kind }))
      this.fields = fieldsOf(this.declared.fields)
      for (const field of this.fields)
        if (field.fallback !== undefined && field.fallback !== null && this.typed[field.name] === undefined)
          this.typed = { ...this.typed, [field.name]: field.fallback }
      const to = this.query['to']
      if (to) this.readers = to.split(',')
    } catch (error) {
      this.problem = error instanceof Problem ? sentence(error.what) : t('problem.inside')
    }
  }

  override render() {
    if (!this.declared) return html`<toguna-empty text=${this.problem || t('desk.loading')}></toguna-empty>`
    const rows = fieldRows({
      kind: this.declared.name,
      fields: this.fields,
      typed: this.typed,
      errorOf: (path) => this.errorOf(path),
      type: (typed) => {
        this.typed = typed
      },
    })
    return html`<form novalidate @submit=${this.submit}>
      <h2>${kindName(this.declared.name)}</h2>
      <p class="soft small who">
        ${t('form.as', { party: partyName(session().party) })}
        ${this.about ? html` · ${t('record.about')} <a class="mono" href=${recordHash(this.about)}>${this.about}</a>` : nothing}
      </p>
      ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing} ${rows} ${this.audience()}
      <div class="row send">
        <button class="main" ?disabled=${this.busy} type="submit">
          <toguna-icon name=${this.readers.length ? 'sign' : 'home'}></toguna-icon>
          ${t(this.readers.length ? 'form.sign_and_send' : 'form.keep_at_home')}
        </button>
        <span class="soft small">${t(this.readers.length ? 'form.will_sign' : 'form.stays_home')}</span>
      </div>
    </form>`
  }

  private errorOf(path: string): string {
    const wrong = this.wrongs[path]
    if (wrong) return t(wrong.key, wrong.params)
    return this.said[path] ? sentence(this.said[path]) : ''
  }

  private audience() {
    const others = session().parties.filter((one) => one !== session().party)
    const tick = (party: string, on: boolean) =>
      (this.readers = on ? [...this.readers, party].sort() : this.readers.filter((one) => one !== party))
    return html`<fieldset>
      <legend>${t('label.to')}</legend>
      <div class="readers">
        ${others.map(
          (one) => html`<label class="tick"
            ><input
              type="checkbox"
              name="to"
              value=${one}
              .checked=${this.readers.includes(one)}
              @change=${(event: Event) => tick(one, (event.target as HTMLInputElement).checked)}
            />${partyName(one)}</label
          >`,
        )}
      </div>
    </fieldset>`
  }

  private readonly submit = async (event: Event) => {
    event.preventDefault()
    if (this.busy || !this.declared) return
    const { body, wrongs } = bodyOf(this.fields, this.typed)
    Object.assign(this, { wrongs, said: {}, problem: '' })
    if (Object.keys(wrongs).length) {
      this.problem = t('form.wrong', { n: Object.keys(wrongs).length })
      return void this.focusWrong()
    }
    this.busy = true
    try {
      const address = await this.send(this.declared, body)
      if (!address) return
      toast(t('form.written', { address }), 'good')
      if (this.tell('toguna-written', { address })) go(recordHash(address))
    } catch (error) {
      this.complain(error)
    } finally {
      this.busy = false
    }
  }

  private async send(kind: KindShown, body: Record<string, unknown>): Promise<string> {
    const said = { body, label: { to: this.readers }, about: this.about || undefined, office: session().office }
    if (this.readers.length === 0) {
      const { addresses } = await post<{ addresses: string[] }>(kind.path, { ...said, label: {} })
      return addresses[0] ?? ''
    }
    const { signAct } = await import('../house/signing')
    const done = await signAct({ act: 'write', kind: kind.name, ...said })
    return done?.address ?? ''
  }

  /** Put what the node said at the field that it means; else above the form. */
  private complain(error: unknown): void {
    if (!(error instanceof Problem)) {
      this.problem = error instanceof Error && error.message ? error.message : t('problem.inside')
      return
    }
    const missing = /missing required field `(\w+)`/.exec(error.what)?.[1]
    const paths = this.fields.map((field) => field.name)
    const path = missing && paths.includes(missing) ? missing : placeOf(error.where, paths)
    const text = [sentence(error.what), sentence(error.remedy)].filter(Boolean).join(' — ')
    if (path) this.said = { [path]: text }
    else this.problem = text
    void this.focusWrong()
  }

  private async focusWrong(): Promise<void> {
    await this.updateComplete
    const first = [...this.renderRoot.querySelectorAll<HTMLElement & { error: string }>('toguna-field')].find((one) => one.error)
    if (first) first.focus()
    else this.renderRoot.querySelector('[role=alert]')?.scrollIntoView({ block: 'nearest' })
  }
}
define('toguna-form', TogunaForm)
