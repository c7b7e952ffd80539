/** `<toguna-device-key>`: the key by which this browser signs: made, approved, cancelled; and the
 *  keys of one's other devices. */

import { css, html, nothing } from 'lit'

import { post } from '../house/api'
import { define, DeskElement } from '../house/element'
import { ago, moment } from '../house/shape'
import { enrol, keyState, knownKeys, type DeviceKey, type KeyState, type KnownKey } from '../house/signing'
import { hasWords, t } from '../house/words'
import { base } from '../parts/base'
import '../parts/index'
import { officeName } from '../parts/small'
import { problemText } from '../parts/toast'
import { deviceName } from './device-name'
import './words.account'
import './words.signin'
import './words.signing'

/** The keeper may be on the phone: whether it is approved is looked for while one waits. */
const LOOK_MS = 3_000
const TONES: Partial<Record<KeyState, string>> = { approved: 'good', asked: 'warn', cancelled: 'bad', over: 'bad' }

export class TogunaDeviceKey extends DeskElement {
  static override properties = {
    state: { state: true },
    key: { state: true },
    known: { state: true },
    others: { state: true },
    cancelling: { state: true },
    problem: { state: true },
    error: { state: true },
    busy: { state: true },
  }
  static override styles = [
    base,
    css`
      .print {
        font-family: var(--mono);
        font-size: 1.05rem;
        letter-spacing: 0.02em;
      }
      .key {
        border-top: 1px solid var(--line);
        padding: 10px 0;
      }
      form {
        max-width: 26rem;
        margin-top: 10px;
      }
      h3 {
        margin: 16px 0 4px;
      }
    `,
  ]
  state: KeyState | 'reading' = 'reading'
  key: DeviceKey | null = null
  known: KnownKey | null = null
  others: KnownKey[] = []
  cancelling = ''
  problem = ''
  error = ''
  busy = false
  private device = deviceName()
  private why = ''
  private timer?: ReturnType<typeof setInterval>

  override connectedCallback() {
    super.connectedCallback()
    this.timer = setInterval(() => this.state === 'asked' && void this.load(), LOOK_MS)
    void this.load()
  }

  override disconnectedCallback() {
    super.disconnectedCallback()
    clearInterval(this.timer)
  }

  private async load() {
    try {
      const [here, all] = await Promise.all([keyState(), knownKeys()])
      this.state = here.state
      this.key = here.key
      this.known = here.known ?? null
      this.others = all.filter((one) => one.mine !== false && one.id !== here.key?.id)
    } catch (error) {
      this.problem = problemText(error)
    }
  }

  private async attempt(call: () => Promise<unknown>) {
    if (this.busy) return
    this.busy = true
    this.problem = ''
    try {
      await call()
    } catch (error) {
      this.problem = problemText(error)
    }
    await this.load()
    this.busy = false
  }

  private make = (afresh: boolean) => (event: Event) => {
    event.preventDefault()
    const device = this.device.trim()
    this.error = device ? '' : t('signin.needed')
    if (device) void this.attempt(() => enrol(device, afresh))
  }

  private cancel = (event: Event) => {
    event.preventDefault()
    const [id, why] = [this.cancelling, this.why.trim()]
    this.error = why ? '' : t('signin.needed')
    if (!why) return
    void this.attempt(async () => {
      await post('/api/keys/cancel', { id, why })
      this.cancelling = this.why = ''
    })
  }

  private renderMake(afresh: boolean, button: string) {
    return html`<form @submit=${this.make(afresh)} novalidate>
      <toguna-field label=${t('key.name')} error=${this.error}>
        <input name="device" maxlength="80" .value=${this.device} @input=${(e: Event) => (this.device = (e.target as HTMLInputElement).value)} />
      </toguna-field>
      <button class="main" data-make ?disabled=${this.busy}><toguna-icon name="key"></toguna-icon>${t(button)}</button>
    </form>`
  }

  private renderCancel(id: string) {
    if (this.cancelling !== id)
      return html`<button class="grave" data-cancel=${id} @click=${() => (this.cancelling = id)}>${t('key.cancel')}</button>`
    return html`<form @submit=${this.cancel} novalidate>
      <toguna-field label=${t('key.cancel_why')} hint=${t('key.cancel_hint')} error=${this.error}>
        <input name="why" maxlength="200" placeholder=${t('key.lost')} .value=${this.why} @input=${(e: Event) => (this.why = (e.target as HTMLInputElement).value)} />
      </toguna-field>
      <span class="row">
        <button class="grave" ?disabled=${this.busy}>${t('key.cancel')}</button>
        <button type="button" @click=${() => (this.cancelling = '')}>${t('parts.cancel')}</button>
      </span>
    </form>`
  }

  private renderKnown(known: KnownKey) {
    const ended = known.state === 'cancelled' && known.until_us
    return html`<dl class="facts">
      <dt>${t('key.id')}</dt>
      <dd class="print" data-key-id>${known.id.replace(/(.{4})(?=.)/g, '$1 ')}</dd>
      ${known.offices.length && !ended ? html`<dt>${t('key.offices')}</dt><dd>${known.offices.map(officeName).join(', ')}</dd>` : nothing}
      ${known.until_us && !ended ? html`<dt>${t('key.until')}</dt><dd>${moment(known.until_us)}</dd>` : nothing}
    </dl>
    ${ended ? html`<p class="soft">${t('key.cancelled_on', { when: moment(known.until_us!), why: known.why ?? '' })}</p>` : nothing}`
  }

  private renderHere() {
    const { state, known } = this
    if (state === 'reading') return nothing
    const chip = html`<p><span class="chip ${TONES[state] ?? ''}" data-key-state=${state}>${t(`key.state.${state}`)}</span></p>`
    const say = [`key.say.${state}`, `signing.${state}`].find(hasWords)
    const words = say && t(say) && state !== 'approved' ? html`<p>${t(say)}</p>` : nothing
    const more =
      state === 'none' ? this.renderMake(false, 'key.make')
      : state === 'unknown' ? this.renderMake(false, 'key.ask_again')
      : state === 'cancelled' || state === 'over' ? html`${known ? this.renderKnown(known) : nothing}${this.renderMake(true, 'key.make_other')}`
      : known ? html`${this.renderKnown(known)} <p></p>${this.renderCancel(known.id)}`
      : nothing
    return html`${chip}${words}${more}`
  }

  private renderOther(known: KnownKey) {
    const asked = typeof known.asked_us === 'number' ? known.asked_us : 0
    return html`<div class="key" data-other-key=${known.id}>
      <p class="row">
        <b>${known.device}</b> <span class="chip ${TONES[known.state] ?? ''}">${t(`key.state.${known.state}`)}</span>
        <span class="soft small">${t('key.asked_on', { ago: ago(asked) })}</span>
      </p>
      ${known.state === 'cancelled' ? this.renderKnown(known) : known.state === 'over' ? nothing : this.renderCancel(known.id)}
    </div>`
  }

  override render() {
    return html`<h2>${t('key.title')}</h2>
      <p class="soft">${t('key.lead')}</p>
      ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}
      ${this.renderHere()}
      ${this.others.length ? html`<h3>${t('key.others')}</h3>${this.others.map((one) => this.renderOther(one))}` : nothing}`
  }
}
define('toguna-device-key', TogunaDeviceKey)
