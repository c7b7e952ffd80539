/** The forms of units: `<toguna-unit-form>`, `<toguna-order-form>`, `<toguna-attachment-form>`. */

import { html, nothing } from 'lit'

import { fieldOf, momentOf } from '../borders/draft'
import { session } from '../house/api'
import { nowUs } from '../house/clock'
import { define } from '../house/element'
import { RecordForm, type Problems } from '../house/record-form'
import { go } from '../house/route'
import { t } from '../house/words'
import { partyIds } from '../parts/party-ticks'
import { partyName } from '../parts/small'
import type { Unit } from './shapes'
import { readersAt } from './unit-card'
import './words'
import './words.units'

const HOUR_US = 3_600 * 1_000_000
const CATEGORIES = ['ground', 'air', 'river', 'engineers', 'medical', 'logistics', 'staff']
const SAYS = ['cross', 'do_not_cross', 'move', 'hold', 'withdraw', 'other']

interface Window {
  from: string
  until: string
}

function windowOf(draft: Window, problems: Problems): { from_us: number | null; until_us: number | null } {
  const [from_us, until_us] = [momentOf(draft.from), momentOf(draft.until)]
  if (from_us === null) problems['from_us'] = 'operation.no_time'
  if (until_us === null) problems['until_us'] = 'operation.no_time'
  else if (from_us !== null && until_us <= from_us) problems['until_us'] = 'operation.ends_before'
  return { from_us, until_us }
}

abstract class UnitForm<D extends object> extends RecordForm<D> {
  static override properties = { ...RecordForm.properties, unit: { attribute: false } }
  unit?: Unit
  private asked = ''

  /** Whoever knows of the unit reads it. */
  override willUpdate(): void {
    const address = this.unit?.address ?? ''
    if (!address || address === this.asked) return
    this.asked = address
    void readersAt(address).then((to) => {
      const known = [...to, this.unit?.party ?? '']
      this.to = partyIds().filter((one) => one !== session().party && known.includes(one))
    })
  }

  protected choice(name: keyof D & string, label: string, values: readonly string[], say: (one: string) => string) {
    return html`<toguna-field data-field=${name} label=${t(label)} error=${this.error(name)}>
      <select
        name=${name}
        @change=${(event: Event) => this.put({ [name]: (event.target as HTMLSelectElement).value } as unknown as Partial<D>)}
      >
        <option value="" ?selected=${!this.draft[name]}>${t('operation.choose')}</option>
        ${values.map((one) => html`<option value=${one} ?selected=${this.draft[name] === one}>${say(one)}</option>`)}
      </select>
    </toguna-field>`
  }

  protected written(): void {
    go('#/operations/units')
  }
}

interface UnitDraft {
  name: string
  category: string
  stream: string
}

export class TogunaUnitForm extends UnitForm<UnitDraft> {
  draft: UnitDraft = { name: '', category: 'ground', stream: '' }

  protected made() {
    const problems: Problems = {}
    if (!this.draft.name.trim()) problems['name'] = 'writing.needed'
    const body: Record<string, unknown> = { name: this.draft.name.trim(), category: this.draft.category }
    if (this.draft.stream.trim()) body['stream'] = this.draft.stream.trim()
    return { wanted: { kind: 'operations.unit', body }, problems }
  }

  protected fields() {
    return html`<h2>${t('unit.new')}</h2>
      <div class="twos">
        ${this.line('name', 'unit.name')}
        ${this.choice('category', 'unit.category', CATEGORIES, (one) => t(`operation.category.${one}`))}
      </div>
      ${this.line('stream', 'unit.stream', { optional: true, hint: 'unit.stream_hint' })} ${this.readers()}`
  }
}
define('toguna-unit-form', TogunaUnitForm)

interface OrderDraft extends Window {
  chain: string
  says: string
  text: string
}

export class TogunaOrderForm extends UnitForm<OrderDraft> {
  draft: OrderDraft = { chain: '', says: '', text: '', from: fieldOf(nowUs()), until: fieldOf(nowUs() + 12 * HOUR_US) }

  /** Those chains in which we may speak to this unit. */
  private get chains(): string[] {
    const { unit } = this
    const ours = session().party
    const joint = unit && (unit.under === 'joint' || unit.under === ours) && unit.under !== unit.party
    return [...(unit?.party === ours ? ['national'] : []), ...(joint ? ['joint'] : [])]
  }

  protected made() {
    const problems: Problems = {}
    const chain = this.draft.chain || this.chains[0] || ''
    if (!this.draft.says) problems['says'] = 'writing.needed'
    if (!this.draft.text.trim()) problems['text'] = 'writing.needed'
    const body = { chain, says: this.draft.says, text: this.draft.text.trim(), ...windowOf(this.draft, problems) }
    return { wanted: { kind: 'operations.order', body, about: this.unit?.address ?? '' }, problems }
  }

  protected fields() {
    const { chains } = this
    return html`<h2>${t('unit.order')} ${this.unit?.name ?? ''}</h2>
      <div class="twos">
        ${this.choice('says', 'unit.says', SAYS, (one) => t(`unit.says.${one}`))}
        ${chains.length > 1 ? this.choice('chain', 'unit.which_chain', chains, (one) => t(`unit.chain.${one}`)) : nothing}
      </div>
      ${this.line('text', 'unit.text', { rows: 3 })}
      <div class="twos">
        ${this.line('from', 'unit.from', { type: 'datetime-local', field: 'from_us' })}
        ${this.line('until', 'unit.to', { type: 'datetime-local', field: 'until_us' })}
      </div>
      ${this.readers()}`
  }
}
define('toguna-order-form', TogunaOrderForm)

interface AttachmentDraft extends Window {
  under: string
  caveats: string
}

export class TogunaAttachmentForm extends UnitForm<AttachmentDraft> {
  draft: AttachmentDraft = {
    under: 'joint', caveats: '', from: fieldOf(nowUs()), until: fieldOf(nowUs() + 30 * 24 * HOUR_US),
  }

  protected made() {
    const problems: Problems = {}
    if (!this.draft.under) problems['under'] = 'writing.needed'
    const caveats = this.draft.caveats.split('\n').map((one) => one.trim()).filter(Boolean)
    const body: Record<string, unknown> = { under: this.draft.under, ...windowOf(this.draft, problems) }
    if (caveats.length) body['caveats'] = caveats
    return { wanted: { kind: 'operations.attachment', body, about: this.unit?.address ?? '' }, problems }
  }

  protected fields() {
    const others = partyIds().filter((one) => one !== session().party)
    const name = (one: string) => (one === 'joint' ? t('unit.joint') : partyName(one))
    return html`<h2>${t('unit.attach')} ${this.unit?.name ?? ''}</h2>
      ${this.choice('under', 'unit.under_whom', ['joint', ...others], name)}
      ${this.line('caveats', 'unit.caveats', { rows: 3, hint: 'unit.caveats_hint', optional: true })}
      <div class="twos">
        ${this.line('from', 'unit.from', { type: 'datetime-local', field: 'from_us' })}
        ${this.line('until', 'unit.to', { type: 'datetime-local', field: 'until_us' })}
      </div>
      ${this.readers()}`
  }
}
define('toguna-attachment-form', TogunaAttachmentForm)
