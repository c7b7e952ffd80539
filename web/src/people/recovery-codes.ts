/** `<toguna-recovery-codes .codes>`: codes that are shown this once. */

import { css, html } from 'lit'

import { define, DeskElement } from '../house/element'
import { t } from '../house/words'
import { base } from '../parts/base'
import '../parts/icon'
import './words.signin'

export class TogunaRecoveryCodes extends DeskElement {
  static override properties = { codes: { attribute: false }, copied: { state: true } }
  static override styles = [
    base,
    css`
      ul {
        columns: 2;
        list-style: none;
        font-family: var(--mono);
        font-size: 0.8rem;
        column-gap: 10px;
        padding: 12px;
        margin: 0 0 10px;
        background: var(--paper-sunk);
        border-radius: var(--radius);
      }
      li {
        padding: 2px 0;
        white-space: nowrap;
      }
      @media (max-width: 380px) {
        ul {
          columns: 1;
        }
      }
    `,
  ]
  codes: string[] = []
  copied = false

  private copy = () => {
    void navigator.clipboard.writeText(this.codes.join('\n')).then(() => (this.copied = true))
  }

  override render() {
    return html`<h2>${t('signup.recovery')}</h2>
      <p>${t('signup.recovery_hint')}</p>
      <ul data-codes>
        ${this.codes.map((code) => html`<li>${code}</li>`)}
      </ul>
      <p class="row">
        <button type="button" @click=${this.copy}><toguna-icon name="copy"></toguna-icon>${t(this.copied ? 'signup.copied' : 'signup.copy')}</button>
        <button type="button" @click=${() => print()}><toguna-icon name="print"></toguna-icon>${t('signup.print')}</button>
      </p>`
  }
}
define('toguna-recovery-codes', TogunaRecoveryCodes)
