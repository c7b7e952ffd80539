/** `<toguna-bundle>`: makes an evidence bundle, hands it over as a file, and says how a stranger
 *  checks it. `openBundle(addresses)` shows it. */

import { css, html, nothing } from 'lit'

import { get, headersOf, Problem, problemOf, session } from '../house/api'
import { define, DeskElement } from '../house/element'
import { bytes } from '../house/shape'
import { t } from '../house/words'
import { base } from '../parts/base'
import type { TogunaDialog } from '../parts/dialog'
import '../parts/index'
import { partyIds } from '../parts/party-ticks'
import { partyName } from '../parts/small'
import { problemText } from '../parts/toast'
import { forAnybody } from './shapes'
import './words'

interface Made {
  name: string
  size: number
  digest: string
  founding: string
}

/** Show the dialog for these records; it goes away with its closing. */
export async function openBundle(addresses: string[]): Promise<void> {
  const dialog = Object.assign(document.createElement('toguna-bundle') as TogunaBundle, { addresses })
  document.body.append(dialog)
  await dialog.open()
}

export class TogunaBundle extends DeskElement {
  static override properties = {
    addresses: { attribute: false },
    onto: { state: true },
    busy: { state: true },
    problem: { state: true },
    made: { state: true },
  }
  static override styles = [
    base,
    css`
      ul {
        margin: 0 0 12px;
        padding-left: 1.2em;
        max-height: 9rem;
        overflow: auto;
      }
      select {
        margin-bottom: 12px;
      }
      .digest {
        overflow-wrap: anywhere;
      }
    `,
  ]
  addresses: string[] = []
  private onto = ''
  private busy = false
  private problem = ''
  private made: Made | null = null

  async open(): Promise<void> {
    await this.updateComplete
    await (this.renderRoot.querySelector('toguna-dialog') as TogunaDialog).show()
  }

  private get named(): string[] {
    const released = this.addresses.filter((address) => address.split('/')[1] === 'spine')
    return this.onto ? released : forAnybody(released, session().party)
  }

  private make = async () => {
    this.busy = true
    this.problem = ''
    try {
      this.made = await hand(this.named, this.onto)
    } catch (error) {
      this.problem = problemText(error)
    }
    this.busy = false
  }

  private choose = (event: Event) => {
    this.onto = (event.target as HTMLSelectElement).value
    this.made = null
    this.problem = ''
  }

  override render() {
    return html`<toguna-dialog label=${t('bundle.title')} @toguna-closed=${() => this.remove()}>
      ${this.made ? this.told(this.made) : this.ask()}
    </toguna-dialog>`
  }

  private ask() {
    const { named } = this
    const others = partyIds().filter((party) => party !== session().party)
    return html`<label>
        <strong>${t('bundle.for')}</strong>
        <select name="onto" @change=${this.choose}>
          <option value="">${t('bundle.anybody')}</option>
          ${others.map((party) => html`<option value=${party}>${t('bundle.party', { name: partyName(party) })}</option>`)}
        </select>
      </label>
      <p>${named.length ? t('bundle.holds', { n: named.length }) : t('bundle.nothing')}</p>
      <ul class="mono small">
        ${named.map((address) => html`<li>${address}</li>`)}
      </ul>
      <p class="notice">${t('bundle.warn')}</p>
      ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}
      <button class="main" data-make ?disabled=${this.busy || named.length === 0} @click=${this.make}>
        <toguna-icon name="file"></toguna-icon>${t(this.busy ? 'bundle.making' : 'bundle.make')}
      </button>`
  }

  private told(made: Made) {
    return html`<p class="notice good" role="status">
        <strong>${t('bundle.made', { name: made.name, size: bytes(made.size) })}</strong>
      </p>
      <p>${t('bundle.check')}</p>
      <pre data-command>toguna evidence verify ${made.name} --founding ${made.founding}</pre>
      <p class="small">${t('bundle.founding')}</p>
      <p class="small soft digest">${t('bundle.digest')} <span class="mono">${made.digest}</span></p>
      <p class="small soft">${t('bundle.limits')}</p>`
  }
}
define('toguna-bundle', TogunaBundle)

/** Ask the node for a bundle and give it to the browser as a file. */
async function hand(addresses: string[], onto: string): Promise<Made> {
  const path = '/api/evidence'
  const headers = { 'content-type': 'application/json', ...headersOf('POST') }
  const body = JSON.stringify({ addresses, onto })
  let answer: Response
  try {
    answer = await fetch(path, { method: 'POST', headers, body, credentials: 'same-origin' })
  } catch {
    throw new Problem(0, 'unreached', 'problem.unreached', path, 'problem.unreached_remedy')
  }
  if (!answer.ok) throw await problemOf(answer, path)
  const blob = await answer.blob()
  const { founding } = await get<{ founding: string }>('/api/charter')
  const name = /filename="([\w.-]+)"/.exec(answer.headers.get('content-disposition') ?? '')?.[1] ?? 'evidence.zip'
  const link = Object.assign(document.createElement('a'), { href: URL.createObjectURL(blob), download: name })
  link.click()
  URL.revokeObjectURL(link.href)
  return { name, size: blob.size, digest: await digestOf(blob), founding }
}

async function digestOf(blob: Blob): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', await blob.arrayBuffer())
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
