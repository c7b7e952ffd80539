/** `<toguna-field label hint error>` around one input, which it names and describes. */

import { css, html, nothing } from 'lit'

import { define, DeskElement } from '../house/element'
import { t } from '../house/words'
import { base } from './base'

export class TogunaField extends DeskElement {
  static override properties = { label: {}, hint: {}, error: {}, optional: { type: Boolean } }
  static override styles = [
    base,
    css`
      :host {
        display: block;
        margin: 0 0 14px;
      }
      .label {
        display: block;
        font-weight: 600;
        margin-bottom: 3px;
      }
      .label .soft {
        font-weight: 400;
      }
      .hint {
        color: var(--ink-soft);
        font-size: 0.8125rem;
        margin: 3px 0 0;
      }
      .error {
        color: var(--bad);
        font-weight: 600;
        margin: 3px 0 0;
        display: flex;
        gap: 5px;
        align-items: baseline;
      }
      ::slotted(input:not([type='checkbox'], [type='radio'])),
      ::slotted(select),
      ::slotted(textarea) {
        font: inherit;
        color: var(--ink);
        background: var(--paper-raised);
        border: 1px solid var(--line-strong);
        border-radius: var(--radius);
        min-height: var(--touch);
        padding: 4px 9px;
        width: 100%;
        box-sizing: border-box;
      }
    `,
  ]
  label = ''
  hint = ''
  error = ''
  optional = false

  override updated() {
    const input = this.input
    if (!input) return
    // A label in a shadow tree cannot point at an input outside: the name goes on the input.
    input.setAttribute('aria-label', this.label)
    const more = [this.hint, this.error].filter(Boolean).join('. ')
    if (more) input.setAttribute('aria-description', more)
    else input.removeAttribute('aria-description')
    if (this.error) input.setAttribute('aria-invalid', 'true')
    else input.removeAttribute('aria-invalid')
  }

  private get input(): HTMLElement | null {
    return this.querySelector('input, select, textarea, [data-input]')
  }

  override focus() {
    this.input?.focus()
  }

  override render() {
    return html`
      <span class="label" aria-hidden="true" @click=${() => this.focus()}
        >${this.label}${this.optional ? html` <span class="soft">${t('parts.optional')}</span>` : nothing}</span
      >
      <slot @slotchange=${() => this.requestUpdate()}></slot>
      ${this.error
        ? html`<p class="error" role="alert"><toguna-icon name="alert"></toguna-icon>${this.error}</p>`
        : nothing}
      ${this.hint ? html`<p class="hint" aria-hidden="true">${this.hint}</p>` : nothing}
    `
  }
}
define('toguna-field', TogunaField)
