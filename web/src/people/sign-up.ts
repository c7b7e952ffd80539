/** `<toguna-sign-up>`: the first time, with the code of the keeper: a passkey, or a password and
 *  an app. Tells `toguna-signed-up` when the session stands and the codes are noted. */

import { html, nothing } from 'lit'

import { post, Problem } from '../house/api'
import { define, DeskElement } from '../house/element'
import { sentence } from '../house/sentences'
import { t } from '../house/words'
import { base } from '../parts/base'
import '../parts/index'
import { deviceName } from './device-name'
import './recovery-codes'
import { signInStyles } from './sign-in-styles'
import { knowsPasskeys, makePasskey, NoPasskey } from './webauthn'
import './words.signin'

/** What POST /api/sign-up/begin gives. */
interface Begun {
  ticket: string
  person: { id: string; name: string }
  app: { secret: string; uri: string; qr: string }
  app_needed: boolean
  passkey: object | null
}

type Field = 'person' | 'sign_up_code' | 'password' | 'again' | 'code' | 'device'
type Step = 'code' | 'choose' | 'password' | 'passkey' | 'recovery'

export class TogunaSignUp extends DeskElement {
  static override properties = {
    step: { state: true },
    begun: { state: true },
    codes: { state: true },
    problems: { state: true },
    problem: { state: true },
    busy: { state: true },
  }
  static override styles = [base, signInStyles]
  step: Step = 'code'
  begun: Begun | null = null
  codes: string[] = []
  problems: Partial<Record<Field, string>> = {}
  problem = ''
  busy = false
  private typed: Record<Field, string> = { person: '', sign_up_code: '', password: '', again: '', code: '', device: deviceName() }

  private go(step: Step) {
    this.step = step
    this.tell('toguna-step', step)
    this.problems = {}
    this.problem = ''
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('input:not([hidden])')?.focus())
  }

  private async attempt(call: () => Promise<void>) {
    if (this.busy) return
    this.busy = true
    this.problems = {}
    this.problem = ''
    try {
      await call()
    } catch (error) {
      this.refused(error)
    }
    this.busy = false
  }

  private refused(error: unknown) {
    if (error instanceof NoPasskey) return void (this.problem = t('signin.passkey_left'))
    if (!(error instanceof Problem)) return void (this.problem = t('problem.inside'))
    const text = [sentence(error.what), sentence(error.remedy)].filter(Boolean).join('. ')
    const where = this.step === 'code' && error.where === 'code' ? 'sign_up_code' : error.where
    if (where in this.typed && (where !== 'code' || this.step === 'password')) this.problems = { [where]: text }
    else this.problem = text
  }

  private needed(...fields: Field[]): boolean {
    this.problems = Object.fromEntries(fields.filter((field) => !this.typed[field].trim()).map((field) => [field, t('signin.needed')]))
    return Object.keys(this.problems).length > 0
  }

  private begin = async () => {
    if (this.needed('person', 'sign_up_code')) return
    await this.attempt(async () => {
      const said = { person: this.typed.person.trim(), code: this.typed.sign_up_code }
      this.begun = await post<Begun>('/api/sign-up/begin', said)
      this.go(this.begun.passkey && knowsPasskeys() ? 'choose' : 'password')
    })
  }

  private withPassword = async () => {
    const app = this.begun!.app_needed ? (['code'] as const) : []
    if (this.needed('password', 'again', ...app)) return
    if (this.typed.password !== this.typed.again) return void (this.problems = { again: t('signup.not_same') })
    await this.attempt(async () => {
      const { ticket } = this.begun!
      const code = this.typed.code.replace(/\s/g, '')
      this.signedUp(await post('/api/sign-up/password', { ticket, password: this.typed.password, code }))
    })
  }

  private withPasskey = async () => {
    if (this.needed('device')) return
    await this.attempt(async () => {
      const { ticket, passkey } = this.begun!
      const credential = await makePasskey(passkey!)
      this.signedUp(await post('/api/sign-up/passkey', { ticket, credential, name: this.typed.device.trim() }))
    })
  }

  private signedUp({ recovery_codes }: { recovery_codes: string[] }) {
    this.typed.password = this.typed.again = ''
    if (!recovery_codes.length) return void this.tell('toguna-signed-up')
    this.codes = recovery_codes
    this.go('recovery')
  }

  private field(field: Field, label: string, more: { type?: string; autocomplete?: string; hint?: string; mode?: string } = {}) {
    return html`<toguna-field label=${t(label)} hint=${more.hint ?? ''} error=${this.problems[field] ?? ''}>
      <input
        name=${field}
        type=${more.type ?? 'text'}
        autocomplete=${more.autocomplete ?? 'off'}
        inputmode=${more.mode ?? 'text'}
        autocapitalize="none"
        spellcheck="false"
        .value=${this.typed[field]}
        @input=${(event: Event) => {
          this.typed[field] = (event.target as HTMLInputElement).value
          if (this.problems[field]) this.problems = { ...this.problems, [field]: '' }
        }}
      />
    </toguna-field>`
  }

  private form(send: () => void, content: unknown, button: string) {
    const submit = (event: Event) => {
      event.preventDefault()
      send()
    }
    return html`<form @submit=${submit} novalidate>
      ${content}
      ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}
      <button class="main wide" ?disabled=${this.busy}>${this.busy ? t('signin.entering') : t(button)}</button>
    </form>`
  }

  private renderCode() {
    const fields = html`<p class="soft">${t('signup.lead')}</p>
      ${this.field('person', 'signin.person', { autocomplete: 'username' })} ${this.field('sign_up_code', 'signup.code')}`
    return this.form(this.begin, fields, 'signup.go_on')
  }

  private renderChoose() {
    const choice = (step: Step, name: string) => html`<button type="button" data-way=${step} @click=${() => this.go(step)}>
      <b>${t(`signup.${name}`)}</b><span class="small soft">${t(`signup.${name}_hint`)}</span>
    </button>`
    return html`<p>${t('signup.welcome', { name: this.begun!.person.name })} ${t('signup.choose')}</p>
      <div class="choices">${choice('passkey', 'by_passkey')} ${choice('password', 'by_password')}</div>`
  }

  private renderPassword() {
    const { app, app_needed, person } = this.begun!
    const fields = html`<input hidden name="username" autocomplete="username" .value=${person.id} />
      ${this.field('password', 'signup.password', { type: 'password', autocomplete: 'new-password', hint: t('signup.password_hint') })}
      ${this.field('again', 'signup.password_again', { type: 'password', autocomplete: 'new-password' })}
      <p>${t('signup.scan')}</p>
      <img class="qr" src=${app.qr} alt=${t('signup.qr')} />
      <p class="small soft">${t('signup.secret')} <span class="mono" data-secret>${app.secret}</span></p>
      ${this.field('code', 'signup.app_code', { autocomplete: 'one-time-code', mode: 'numeric', hint: app_needed ? '' : t('signup.app_optional') })}`
    return this.form(this.withPassword, fields, 'signup.finish')
  }

  private renderPasskey() {
    const fields = html`<p class="soft">${t('signup.by_passkey_hint')}</p>
      ${this.field('device', 'signup.device_name')}`
    return this.form(this.withPasskey, fields, 'signup.make_passkey')
  }

  private renderRecovery() {
    return html`<toguna-recovery-codes .codes=${this.codes}></toguna-recovery-codes>
      <button class="main wide" data-noted @click=${() => this.tell('toguna-signed-up')}>${t('signup.noted')}</button>`
  }

  override render() {
    const steps = { code: this.renderCode, choose: this.renderChoose, password: this.renderPassword, passkey: this.renderPasskey, recovery: this.renderRecovery }
    return html`<h1>${t('signup.title')}</h1>
      ${steps[this.step].call(this)}
      ${this.step === 'passkey' || (this.step === 'password' && this.begun?.passkey && knowsPasskeys())
        ? html`<button class="plain" @click=${() => this.go('choose')}>${t('signup.other_way')}</button>`
        : nothing}`
  }
}
define('toguna-sign-up', TogunaSignUp)
