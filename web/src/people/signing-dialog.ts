/** `<toguna-signing-dialog>`: what will be signed, in words and as exact bytes; then the key. */

import { css, html, nothing } from 'lit'

import { define, DeskElement } from '../house/element'
import { kinds, kindTitle } from '../house/kinds'
import { bytes } from '../house/shape'
import type { Signing } from '../house/signing'
import { t } from '../house/words'
import '../desk/facts'
import { base } from '../parts/base'
import type { TogunaDialog } from '../parts/dialog'
import '../parts/dialog'
import { problemText } from '../parts/toast'
import { actFacts } from './act-words'
import './words.signing'

export class TogunaSigningDialog extends DeskElement {
  static override properties = {
    signing: { attribute: false },
    busy: { state: true },
    problem: { state: true },
  }
  static override styles = [
    base,
    css`
      pre {
        max-height: 30vh;
        overflow: auto;
      }
      summary {
        cursor: pointer;
        font-weight: 600;
        min-height: var(--touch);
        display: flex;
        align-items: center;
      }
      dl {
        margin-bottom: 12px;
      }
      footer {
        margin-top: 14px;
        justify-content: flex-end;
      }
      .checked {
        color: var(--good);
        display: flex;
        gap: 6px;
        align-items: baseline;
      }
    `,
  ]
  signing!: Signing
  busy = false
  problem = ''
  private done: { address: string } | null = null
  private settle?: (done: { address: string } | null) => void

  /** Shows it; the address when it was signed, null when the person turned back. */
  async ask(signing: Signing): Promise<{ address: string } | null> {
    this.signing = signing
    await kinds().catch(() => undefined)
    await this.updateComplete
    await this.dialog.show()
    return new Promise((resolve) => (this.settle = resolve))
  }

  private get dialog(): TogunaDialog {
    return this.renderRoot.querySelector('toguna-dialog') as TogunaDialog
  }

  private sign = async () => {
    this.busy = true
    this.problem = ''
    try {
      this.done = await this.signing.sign()
      this.dialog.close()
    } catch (error) {
      this.problem = `${t('signing.failed')} ${problemText(error)}`
    }
    this.busy = false
  }

  private closed = () => {
    this.settle?.(this.done)
    this.remove()
  }

  override render() {
    if (!this.signing) return nothing
    const { said, prepared, asked } = this.signing
    return html`<toguna-dialog label=${t('signing.title')} wide @toguna-closed=${this.closed}>
      ${actFacts(said, kindTitle(said.kind), asked.flash)}
      <toguna-facts kind=${said.kind} .body=${said.body}></toguna-facts>
      <p class="checked small"><toguna-icon name="check"></toguna-icon>${t('signing.reread')}</p>
      <details open>
        <summary>${t('signing.bytes', { size: bytes(said.bytes) })}</summary>
        <pre tabindex="0" data-bytes>${prepared.raw}</pre>
        <p class="small soft">${t('signing.bytes_hint')}</p>
      </details>
      ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}
      <footer class="row">
        <button ?disabled=${this.busy} @click=${() => this.dialog.close()}>${t('signing.back')}</button>
        <button class="main" data-sign ?disabled=${this.busy} @click=${this.sign}>
          <toguna-icon name="sign"></toguna-icon>${t(this.busy ? 'signing.signing' : 'signing.sign')}
        </button>
      </footer>
    </toguna-dialog>`
  }
}
define('toguna-signing-dialog', TogunaSigningDialog)

/** The confirmation that `signAct` asks for unless it is given another. */
export async function confirm(signing: Signing): Promise<{ address: string } | null> {
  const dialog = document.createElement('toguna-signing-dialog') as TogunaSigningDialog
  document.body.append(dialog)
  return dialog.ask(signing)
}
