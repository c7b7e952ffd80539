/** `<toguna-door>`: what opens the door for me: passkeys, password, app, recovery codes. */

import { css, html, nothing } from 'lit'

import { get, post, Problem, session } from '../house/api'
import { define, DeskElement } from '../house/element'
import { sentence } from '../house/sentences'
import { ago, day } from '../house/shape'
import { t } from '../house/words'
import { base } from '../parts/base'
import '../parts/index'
import { problemText, toast } from '../parts/toast'
import { deviceName } from './device-name'
import { freshly } from './once-more'
import './recovery-codes'
import { knowsPasskeys, makePasskey, NoPasskey, type Begun } from './webauthn'
import './words.account'
import './words.signin'

interface Account {
  password: boolean
  app: boolean
  recovery_codes_left: number
  passkeys: { id: string; name: string; added_us: number; used_us: number }[]
}

interface AppBegun {
  ticket: string
  app: { secret: string; qr: string }
}

type Field = 'before' | 'password' | 'code' | 'name'
type Task = '' | 'password' | 'app' | 'recovery' | 'passkey'

export class TogunaDoor extends DeskElement {
  static override properties = {
    account: { state: true },
    task: { state: true },
    app: { state: true },
    codes: { state: true },
    problems: { state: true },
    problem: { state: true },
    busy: { state: true },
  }
  static override styles = [
    base,
    css`
      section + section {
        margin-top: 22px;
      }
      ul {
        list-style: none;
        margin: 0 0 10px;
        padding: 0;
      }
      li {
        border-top: 1px solid var(--line);
        padding: 8px 0;
        display: flex;
        gap: 10px;
        align-items: center;
        justify-content: space-between;
      }
      form {
        max-width: 26rem;
        margin: 10px 0;
      }
      .qr {
        width: 190px;
        height: 190px;
        padding: 10px;
        background: #fff;
        border-radius: var(--radius);
        display: block;
        margin-bottom: 8px;
      }
    `,
  ]
  account: Account | null = null
  task: Task = ''
  app: AppBegun | null = null
  codes: string[] = []
  problems: Partial<Record<Field, string>> = {}
  problem = ''
  busy = false
  private typed: Record<Field, string> = { before: '', password: '', code: '', name: deviceName() }

  override connectedCallback() {
    super.connectedCallback()
    void this.load()
  }

  private async load() {
    try {
      this.account = await get<Account>('/api/account')
    } catch (error) {
      this.problem = problemText(error)
    }
  }

  private begin(task: Task) {
    Object.assign(this, { task, problems: {}, problem: '', app: null, codes: [] })
    Object.assign(this.typed, { before: '', password: '', code: '' })
  }

  /** One change of what opens the door; after it every other session has ended. */
  private async attempt<T>(call: () => Promise<T>, then: (done: T) => void) {
    if (this.busy) return
    this.busy = true
    this.problems = {}
    this.problem = ''
    try {
      const done = await freshly(call)
      if (done !== undefined) then(done)
    } catch (error) {
      this.refused(error)
    }
    this.busy = false
    await this.load()
  }

  private refused(error: unknown) {
    if (error instanceof NoPasskey) this.problem = t('signin.passkey_left')
    else if (error instanceof Problem && error.where in this.typed)
      this.problems = { [error.where]: [sentence(error.what), sentence(error.remedy)].filter(Boolean).join('. ') }
    else this.problem = problemText(error)
  }

  private changed = ({ recovery_codes }: { recovery_codes: string[] }) => {
    toast(t('secrets.changed'), 'good')
    this.begin('')
    this.codes = recovery_codes
  }

  private password = (event: Event) => {
    event.preventDefault()
    const { password, before } = this.typed
    void this.attempt(() => post<{ recovery_codes: string[] }>('/api/account/password', { password, before }), this.changed)
  }

  private newApp = () => {
    this.begin('app')
    void this.attempt(() => post<AppBegun>('/api/account/app/begin'), (begun) => (this.app = begun))
  }

  private enrolApp = (event: Event) => {
    event.preventDefault()
    const said = { ticket: this.app!.ticket, code: this.typed.code.replace(/\s/g, '') }
    void this.attempt(() => post<{ recovery_codes: string[] }>('/api/account/app', said), this.changed)
  }

  private recovery = (event: Event) => {
    event.preventDefault()
    const code = this.typed.code.replace(/\s/g, '')
    void this.attempt(() => post<{ recovery_codes: string[] }>('/api/account/recovery', { code }), this.changed)
  }

  private passkey = (event: Event) => {
    event.preventDefault()
    void this.attempt(async () => {
      const { ticket, options } = await post<Begun>('/api/account/passkeys/begin')
      const credential = await makePasskey(options)
      return post<{ recovery_codes: string[] }>('/api/account/passkeys', { ticket, credential, name: this.typed.name.trim() })
    }, this.changed)
  }

  private forget(id: string) {
    void this.attempt(() => post<{ recovery_codes: string[] }>('/api/account/passkeys/end', { id }), this.changed)
  }

  private field(field: Field, label: string, type = 'text', autocomplete = 'off', hint = '') {
    return html`<toguna-field label=${t(label)} hint=${hint} error=${this.problems[field] ?? ''}>
      <input
        name=${field} type=${type} autocomplete=${autocomplete} inputmode=${field === 'code' ? 'numeric' : 'text'}
        .value=${this.typed[field]}
        @input=${(event: Event) => (this.typed[field] = (event.target as HTMLInputElement).value)}
      />
    </toguna-field>`
  }

  private form(send: (event: Event) => void, fields: unknown, button: string) {
    return html`<form @submit=${send} novalidate>
      ${fields}
      <span class="row">
        <button class="main" ?disabled=${this.busy}>${t(button)}</button>
        <button type="button" @click=${() => this.begin('')}>${t('parts.cancel')}</button>
      </span>
    </form>`
  }

  private renderPasskeys({ passkeys }: Account) {
    const able = session().ways?.passkey && knowsPasskeys()
    return html`<section>
      <h2>${t('passkeys.title')}</h2>
      ${passkeys.length ? nothing : html`<p class="soft">${t('passkeys.none')}</p>`}
      <ul>
        ${passkeys.map(
          (one) => html`<li data-passkey=${one.id}>
            <span><b>${one.name}</b><br /><span class="soft small">${t('passkeys.added', { when: day(one.added_us) })} · ${one.used_us ? t('passkeys.used', { ago: ago(one.used_us) }) : t('passkeys.never')}</span></span>
            <button ?disabled=${this.busy} @click=${() => this.forget(one.id)}>${t('passkeys.end')}</button>
          </li>`,
        )}
      </ul>
      ${this.task === 'passkey'
        ? this.form(this.passkey, this.field('name', 'signup.device_name'), 'passkeys.add')
        : able
          ? html`<button data-add-passkey @click=${() => this.begin('passkey')}><toguna-icon name="plus"></toguna-icon>${t('passkeys.add')}</button>`
          : nothing}
    </section>`
  }

  private renderPassword({ password }: Account) {
    if (this.task !== 'password')
      return html`<p class="row spread">
        <span>${t(password ? 'secrets.password_set' : 'secrets.password_none')}</span>
        <button data-password @click=${() => this.begin('password')}>${t('secrets.password_change')}</button>
      </p>`
    const fields = html`${password ? this.field('before', 'secrets.password_before', 'password', 'current-password') : nothing}
      ${this.field('password', 'signup.password', 'password', 'new-password', t('signup.password_hint'))}`
    return this.form(this.password, fields, 'secrets.save')
  }

  private renderApp({ app, recovery_codes_left }: Account) {
    if (this.task === 'app' && this.app) {
      const fields = html`<p>${t('signup.scan')}</p>
        <img class="qr" src=${this.app.app.qr} alt=${t('signup.qr')} />
        <p class="small soft">${t('signup.secret')} <span class="mono" data-secret>${this.app.app.secret}</span></p>
        ${this.field('code', 'signup.app_code', 'text', 'one-time-code')}`
      return this.form(this.enrolApp, fields, 'signup.finish')
    }
    return html`<p class="row spread">
        <span>${t(app ? 'secrets.app_set' : 'secrets.app_none')}</span>
        <button data-app @click=${this.newApp}>${t(app ? 'secrets.app_other' : 'secrets.app_new')}</button>
      </p>
      ${app
        ? html`<p class="row spread">
            <span>${t('secrets.recovery_left', { n: recovery_codes_left })}</span>
            <button data-recovery @click=${() => this.begin('recovery')}>${t('secrets.recovery_new')}</button>
          </p>`
        : nothing}
      ${this.task === 'recovery' ? this.form(this.recovery, this.field('code', 'signin.code', 'text', 'one-time-code'), 'secrets.recovery_new') : nothing}`
  }

  override render() {
    const { account } = this
    if (!account) return this.problem ? html`<p class="notice bad">${this.problem}</p>` : nothing
    return html`${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}
      ${this.codes.length
        ? html`<section class="card">
            <toguna-recovery-codes .codes=${this.codes}></toguna-recovery-codes>
            <button class="main" data-noted @click=${() => (this.codes = [])}>${t('secrets.noted')}</button>
          </section>`
        : nothing}
      ${this.renderPasskeys(account)}
      <section>
        <h2>${t('secrets.title')}</h2>
        ${this.renderPassword(account)} ${this.renderApp(account)}
      </section>`
  }
}
define('toguna-door', TogunaDoor)
