/** What opens the door is changed only shortly after signing in. Where that was too long ago,
 *  this asks to sign in once more, and then does what was wanted. */

import { html, nothing } from 'lit'

import { loadSession, post, Problem, session } from '../house/api'
import { define, DeskElement } from '../house/element'
import { t } from '../house/words'
import { base } from '../parts/base'
import type { TogunaDialog } from '../parts/dialog'
import '../parts/index'
import { problemText } from '../parts/toast'
import { knowsPasskeys, NoPasskey, showPasskey, type Begun } from './webauthn'
import './words.account'
import './words.signin'

/** Do it; where the session is too old for it, after signing in once more. Undefined when the
 *  person turned back. The session that follows is read again: its secrets are new. */
export async function freshly<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await renewed(call)
  } catch (error) {
    if (!(error instanceof Problem) || error.where !== 'fresh') throw error
  }
  const dialog = document.createElement('toguna-once-more') as TogunaOnceMore
  document.body.append(dialog)
  return (await dialog.ask()) ? renewed(call) : undefined
}

async function renewed<T>(call: () => Promise<T>): Promise<T> {
  const done = await call()
  await loadSession()
  return done
}

export class TogunaOnceMore extends DeskElement {
  static override properties = { problem: { state: true }, busy: { state: true } }
  static override styles = [base]
  problem = ''
  busy = false
  private password = ''
  private code = ''
  private done = false
  private settle?: (done: boolean) => void

  /** Whether the person signed in once more. */
  async ask(): Promise<boolean> {
    await this.updateComplete
    await this.dialog.show()
    return new Promise((resolve) => (this.settle = resolve))
  }

  private get dialog(): TogunaDialog {
    return this.renderRoot.querySelector('toguna-dialog') as TogunaDialog
  }

  private async attempt(way: () => Promise<unknown>) {
    this.busy = true
    this.problem = ''
    try {
      await way()
      await loadSession()
      this.done = true
      this.dialog.close()
    } catch (error) {
      this.problem = error instanceof NoPasskey ? t('signin.passkey_left') : problemText(error)
    }
    this.busy = false
  }

  private byPassword = (event: Event) => {
    event.preventDefault()
    const said = { person: session().person?.id ?? '', password: this.password, code: this.code.replace(/\s/g, '') }
    void this.attempt(() => post('/api/sign-in/password', said))
  }

  private byPasskey = () =>
    this.attempt(async () => {
      const { ticket, options } = await post<Begun>('/api/sign-in/passkey/begin')
      await post('/api/sign-in/passkey', { ticket, credential: await showPasskey(options) })
    })

  private closed = () => {
    this.settle?.(this.done)
    this.remove()
  }

  override render() {
    const value = (event: Event) => (event.target as HTMLInputElement).value
    const passkeys = session().ways?.passkey && knowsPasskeys()
    return html`<toguna-dialog label=${t('once.title')} @toguna-closed=${this.closed}>
      <p>${t('once.lead')}</p>
      ${passkeys ? html`<p><button @click=${this.byPasskey}><toguna-icon name="key"></toguna-icon>${t('signin.passkey')}</button></p>` : nothing}
      <form @submit=${this.byPassword}>
        <toguna-field label=${t('signin.password')}>
          <input type="password" name="password" autocomplete="current-password" @input=${(e: Event) => (this.password = value(e))} />
        </toguna-field>
        <toguna-field label=${t('signin.code')} hint=${t('signin.code_hint')} optional>
          <input name="code" inputmode="numeric" autocomplete="one-time-code" @input=${(e: Event) => (this.code = value(e))} />
        </toguna-field>
        ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}
        <button class="main" ?disabled=${this.busy}>${t('signin.enter')}</button>
      </form>
    </toguna-dialog>`
  }
}
define('toguna-once-more', TogunaOnceMore)
