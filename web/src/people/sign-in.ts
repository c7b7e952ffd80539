/** `<toguna-sign-in>`: the way in, and what anybody may know of this node. */

import { html, nothing } from 'lit'

import { loadSession, post, Problem, session } from '../house/api'
import { define, DeskElement } from '../house/element'
import { sentence } from '../house/sentences'
import { duration } from '../house/shape'
import { setTheme, shownTheme } from '../house/theme'
import { language, setLanguage, t } from '../house/words'
import '../parts/field'
import '../parts/icon'
import { base } from '../parts/base'
import { partyName } from '../parts/small'
import { signInStyles } from './sign-in-styles'
import './sign-up'
import { knowsPasskeys, NoPasskey, showPasskey, type Begun } from './webauthn'
import './words.signin'

type Field = 'person' | 'password' | 'code'

export class TogunaSignIn extends DeskElement {
  static override properties = {
    busy: { state: true },
    problems: { state: true },
    notice: { state: true },
    waits_until: { state: true },
    signing_up: { state: true },
    noting: { state: true },
  }
  static override styles = [base, signInStyles]
  busy = false
  problems: Partial<Record<Field, string>> = {}
  notice = ''
  /** Until when attempts are not heard, milliseconds since the epoch. */
  waits_until = 0
  signing_up = false
  /** Recovery codes are on the screen: nothing leads away from them but having noted them. */
  noting = false
  private typed: Record<Field, string> = { person: '', password: '', code: '' }
  private timer?: ReturnType<typeof setInterval>

  override connectedCallback() {
    super.connectedCallback()
    document.title = `${t('signin.title')} · Toguna`
    this.timer = setInterval(() => this.waits_until && this.countDown(), 1000)
    if (new URLSearchParams(location.search).get('problem') === 'oidc') {
      this.notice = t('signin.oidc_failed')
      history.replaceState(null, '', `${location.pathname}${location.hash}`)
    }
  }

  override disconnectedCallback() {
    super.disconnectedCallback()
    clearInterval(this.timer)
  }

  private countDown() {
    if (Date.now() >= this.waits_until) {
      this.waits_until = 0
      this.notice = t('signin.wait_over')
    }
    this.requestUpdate()
  }

  private type(field: Field, event: Event) {
    this.typed[field] = (event.target as HTMLInputElement).value
    if (this.problems[field]) this.problems = { ...this.problems, [field]: '' }
  }

  private enter = async (event: Event) => {
    event.preventDefault()
    if (this.busy || this.waits_until) return
    const missing = (['person', 'password'] as const).filter((field) => !this.typed[field].trim())
    if (missing.length) {
      this.problems = Object.fromEntries(missing.map((field) => [field, t('signin.needed')]))
      return this.focusOn(missing[0]!)
    }
    await this.attempt(() =>
      post('/api/sign-in/password', {
        person: this.typed.person.trim(),
        password: this.typed.password,
        code: this.typed.code.replace(/\s/g, ''),
      }),
    )
  }

  /** Try one way in; what it answers is asked again as the session that began. */
  private async attempt(way: () => Promise<unknown>) {
    this.busy = true
    this.problems = {}
    this.notice = ''
    try {
      await way()
      await loadSession()
    } catch (error) {
      this.refused(error)
    }
    this.busy = false
  }

  private withPasskey = async () => {
    if (this.busy) return
    await this.attempt(async () => {
      const { ticket, options } = await post<Begun>('/api/sign-in/passkey/begin')
      await post('/api/sign-in/passkey', { ticket, credential: await showPasskey(options) })
    })
  }

  private refused(error: unknown) {
    // What was typed stays, but a password that was refused is not left lying there.
    this.typed.password = ''
    if (error instanceof NoPasskey) this.notice = t('signin.passkey_left')
    else if (!(error instanceof Problem)) this.notice = t('problem.inside')
    else if (error.where === 'wait') this.wait(Number(/\d+/.exec(error.remedy)?.[0] ?? 60))
    else if (error.where === 'password') this.problems = { password: t('signin.wrong') }
    else if (error.where in this.typed) this.problems = { [error.where]: sentence(error.what) }
    else this.notice = [sentence(error.what), sentence(error.remedy)].filter(Boolean).join('. ')
    if (Object.keys(this.problems).length) void this.updateComplete.then(() => this.focusOn('password'))
  }

  private wait(seconds: number) {
    this.waits_until = Date.now() + seconds * 1000
  }

  private focusOn(field: Field) {
    this.renderRoot.querySelector<HTMLInputElement>(`input[name=${field}]`)?.focus()
  }

  private field(field: Field, more: { type: string; autocomplete: string; hint?: string }) {
    return html`<toguna-field
      label=${t(`signin.${field}`)}
      hint=${more.hint ?? ''}
      error=${this.problems[field] ?? ''}
      ?optional=${field === 'code'}
    >
      <input
        name=${field}
        type=${more.type}
        autocomplete=${more.autocomplete}
        autocapitalize="none"
        spellcheck="false"
        inputmode=${field === 'code' ? 'numeric' : 'text'}
        .value=${this.typed[field]}
        @input=${(event: Event) => this.type(field, event)}
      />
    </toguna-field>`
  }

  /** Ways in that need nothing to be typed. */
  private renderWays() {
    const { passkey, oidc } = session().ways ?? { passkey: false, oidc: '' }
    const to = encodeURIComponent(`/desk/${location.hash}`)
    const keys = passkey && knowsPasskeys()
    if (!keys && !oidc) return nothing
    return html`<div class="ways">
        ${keys
          ? html`<button type="button" data-passkey ?disabled=${this.busy} @click=${this.withPasskey}>
              <toguna-icon name="key"></toguna-icon>${t('signin.passkey')}
            </button>`
          : nothing}
        ${oidc ? html`<a class="button" href="/api/sign-in/oidc?to=${to}">${t('signin.oidc', { host: oidc })}</a>` : nothing}
      </div>
      <div class="or small">${t('signin.or')}</div>`
  }

  private renderForm() {
    const left = this.waits_until - Date.now()
    return html`<form @submit=${this.enter} novalidate>
      <h1>${t('signin.title')}</h1>
      ${left > 0
        ? html`<p class="notice" role="alert">${t('signin.wait', { span: duration(left * 1000) })}</p>`
        : this.notice
          ? html`<p class="notice" role="alert">${this.notice}</p>`
          : nothing}
      ${this.renderWays()}
      ${this.field('person', { type: 'text', autocomplete: 'username' })}
      ${this.field('password', { type: 'password', autocomplete: 'current-password' })}
      ${this.field('code', { type: 'text', autocomplete: 'one-time-code', hint: t('signin.code_hint') })}
      <button class="main wide" ?disabled=${this.busy || left > 0}>
        ${t(this.busy ? 'signin.entering' : 'signin.enter')}
      </button>
    </form>`
  }

  override render() {
    const party = session().party
    const other = language() === 'fr' ? 'en' : 'fr'
    return html`<main>
      <header>
        <div class="mark" aria-hidden="true"></div>
        <p class="name">Toguna</p>
        <p class="node">${t('signin.node_of', { party: partyName(party) === party ? party.toUpperCase() : partyName(party) })}</p>
        <p class="soft">${t('signin.house')}</p>
      </header>
      <section class="card">
        ${this.signing_up
          ? html`<toguna-sign-up @toguna-signed-up=${() => void loadSession()} @toguna-step=${this.stepped}></toguna-sign-up>`
          : this.renderForm()}
      </section>
      <p class="other" ?hidden=${this.noting}>
        <button class="plain" data-sign-up @click=${() => (this.signing_up = !this.signing_up)}>
          ${t(this.signing_up ? 'signin.back' : 'signin.first_time')}
        </button>
      </p>
      <footer class="row spread small">
        <a href="/">${t('signin.public_page')}</a>
        <span class="row">
          <button class="plain" lang=${other} @click=${() => setLanguage(other)}>${other === 'en' ? 'English' : 'Français'}</button>
          <button class="plain" aria-label=${t('signin.theme')} @click=${this.otherTheme}>
            <toguna-icon name=${shownTheme() === 'sun' ? 'moon' : 'sun'}></toguna-icon>
          </button>
        </span>
      </footer>
    </main>`
  }

  private stepped = (event: Event) => (this.noting = (event as CustomEvent<string>).detail === 'recovery')

  private otherTheme = () => {
    setTheme(shownTheme() === 'sun' ? 'dark' : 'sun')
    this.requestUpdate()
  }
}
define('toguna-sign-in', TogunaSignIn)
