/** `<toguna-recall-dialog>`: who has it, why it is called back; then the signature. */

import { css, html, nothing } from 'lit'

import { define, DeskElement } from '../house/element'
import { signAct } from '../house/signing'
import { t } from '../house/words'
import { base } from '../parts/base'
import type { TogunaDialog } from '../parts/dialog'
import '../parts/index'
import { problemText, toast } from '../parts/toast'
import { releasesOf, type Entry } from './home'
import './readers'
import './words.form'
import './words.release'

export class TogunaRecallDialog extends DeskElement {
  static override properties = {
    address: {},
    entries: { state: true },
    why: { state: true },
    error: { state: true },
    problem: { state: true },
    busy: { state: true },
  }
  static override styles = [
    base,
    css`
      footer {
        justify-content: flex-end;
        margin-top: 12px;
      }
    `,
  ]
  address = ''
  entries: Entry[] = []
  why = ''
  error = ''
  problem = ''
  busy = false

  /** Open for a record of ours on the spine. */
  async open(address: string): Promise<void> {
    this.address = address
    await this.updateComplete
    await this.dialog.show()
    this.renderRoot.querySelector<HTMLElement>('textarea')?.focus()
    this.entries = await releasesOf(address).catch(() => [])
  }

  private get dialog(): TogunaDialog {
    return this.renderRoot.querySelector('toguna-dialog') as TogunaDialog
  }

  private send = async () => {
    this.error = this.why.trim() ? '' : 'form.needed'
    if (this.error || this.busy) return
    this.busy = true
    this.problem = ''
    try {
      const sent = await signAct({ act: 'recall', address: this.address, why: this.why.trim() })
      if (sent) {
        toast(t('recall.sent', { address: sent.address }), 'good')
        this.tell('toguna-released')
        this.dialog.close()
      }
    } catch (error) {
      this.problem = problemText(error)
    }
    this.busy = false
  }

  override render() {
    return html`<toguna-dialog label=${t('recall.title', { address: this.address })} @toguna-closed=${() => this.remove()}>
      <p>${t('recall.lead')}</p>
      <h3>${t('recall.who')}</h3>
      <toguna-readers .entries=${this.entries} plain></toguna-readers>
      <p class="soft small">${t('recall.limit')}</p>
      <toguna-field label=${t('recall.why')} error=${this.error && t(this.error)}>
        <textarea
          name="why"
          rows="3"
          maxlength="2000"
          .value=${this.why}
          @input=${(event: Event) => {
            this.why = (event.target as HTMLTextAreaElement).value
            this.error = ''
          }}
        ></textarea>
      </toguna-field>
      ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}
      <footer class="row">
        <button @click=${() => this.dialog.close()}>${t('parts.cancel')}</button>
        <button class="grave" data-next ?disabled=${this.busy} @click=${this.send}>
          <toguna-icon name="recall"></toguna-icon>${t('recall.next')}
        </button>
      </footer>
    </toguna-dialog>`
  }
}
define('toguna-recall-dialog', TogunaRecallDialog)
