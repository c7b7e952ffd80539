/** `<toguna-keys-waiting>`: in the keeper's bar, how many devices ask to sign. */

import { html, nothing } from 'lit'

import { get, onSession, session } from '../house/api'
import { define, DeskElement } from '../house/element'
import { t } from '../house/words'
import { base } from '../parts/base'
import '../parts/icon'
import type { KeyShown } from './people-shapes'

const LOOK_MS = 30_000

export class TogunaKeysWaiting extends DeskElement {
  static override properties = { count: { state: true } }
  static override styles = [base]
  count = 0
  private timer?: ReturnType<typeof setInterval>
  private end?: () => void

  override connectedCallback() {
    super.connectedCallback()
    this.timer = setInterval(() => void this.load(), LOOK_MS)
    this.end = onSession(() => void this.load())
    addEventListener('toguna-people', this.later)
    void this.load()
  }

  override disconnectedCallback() {
    super.disconnectedCallback()
    clearInterval(this.timer)
    this.end?.()
    removeEventListener('toguna-people', this.later)
  }

  private later = () => void this.load()

  private async load() {
    if (!session().offices.includes('keeper')) return void (this.count = 0)
    const found = await get<{ items: KeyShown[] }>('/api/keys').catch(() => null)
    if (found) this.count = found.items.filter((key) => key.state === 'asked').length
  }

  override render() {
    if (!this.count) return nothing
    return html`<a class="chip warn" href="#/people"><toguna-icon name="key"></toguna-icon>${t('people.keys_waiting', { n: this.count })}</a>`
  }
}
define('toguna-keys-waiting', TogunaKeysWaiting)
