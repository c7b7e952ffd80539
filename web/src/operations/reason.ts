/** `<toguna-reason>`: a few words and a signature. `run(text)` does it; `toguna-back` turns back. */

import { css, html, nothing } from 'lit'

import { define, DeskElement } from '../house/element'
import { t } from '../house/words'
import { base } from '../parts/base'
import '../parts/field'
import '../parts/icon'
import { problemText, toast } from '../parts/toast'
import './words'

export class TogunaReason extends DeskElement {
  static override properties = {
    label: {},
    hint: {},
    does: {},
    run: { attribute: false },
    error: { state: true },
    problem: { state: true },
    busy: { state: true },
  }
  static override styles = [
    base,
    css`
      :host {
        display: block;
        padding: 8px 0;
      }
    `,
  ]
  label = ''
  hint = ''
  does = ''
  run: (text: string) => Promise<unknown> = async () => undefined
  private error = ''
  private problem = ''
  private busy = false

  override firstUpdated() {
    this.renderRoot.querySelector<HTMLElement>('toguna-field')?.focus()
  }

  private submit = async (event: Event) => {
    event.preventDefault()
    const typed = this.renderRoot.querySelector('textarea')?.value.trim() ?? ''
    this.error = typed ? '' : t('writing.needed')
    if (!typed || this.busy) return
    this.busy = true
    this.problem = ''
    try {
      await this.run(typed)
      toast(t('operation.signed'), 'good')
    } catch (error) {
      this.problem = problemText(error)
    }
    this.busy = false
  }

  override render() {
    return html`<form novalidate @submit=${this.submit}>
      <slot></slot>
      <toguna-field label=${this.label} hint=${this.hint} error=${this.error}>
        <textarea name="why" rows="2" maxlength="2000"></textarea>
      </toguna-field>
      ${this.problem ? html`<p class="notice bad" role="alert">${t('operation.not_said')} ${this.problem}</p>` : nothing}
      <div class="row">
        <button class="main" type="submit" data-sign ?disabled=${this.busy}>
          <toguna-icon name="sign"></toguna-icon>${this.does}
        </button>
        <button type="button" @click=${() => this.tell('toguna-back')}>${t('operation.back')}</button>
      </div>
    </form>`
  }
}
define('toguna-reason', TogunaReason)
