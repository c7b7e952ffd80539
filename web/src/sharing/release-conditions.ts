/** The fields of the release dialog: readers, place, source, passing on, time, purpose. */

import { html, nothing, type TemplateResult } from 'lit'

import { session } from '../house/api'
import { sentence } from '../house/sentences'
import { distance } from '../house/shape'
import { t } from '../house/words'
import { partyName } from '../parts/small'
import { partyIds } from './home'
import { groupsOf, PRECISIONS_M, tlpOf, type ConditionProblems, type Conditions, type Name } from './conditions'

/** What the fields need of the dialog in which they stand. */
export interface ConditionsView {
  said: Conditions
  problems: ConditionProblems
  flash: boolean
  why: string
  readonly copies: boolean
  readonly owner: string
  readonly others: string[]
  /** Readers for whom the owner's word is needed. */
  readonly must_ask: string[]
  has_it: string[]
  inactive: string[]
  put(changes: Partial<Conditions>): void
  setFlash(flash: boolean): void
}

const typed = (event: Event) => (event.target as HTMLInputElement).value
const ticked = (event: Event) => (event.target as HTMLInputElement).checked

function errorAt(view: ConditionsView, name: Name): string {
  const said = view.problems[name]
  return said ? sentence(said) : ''
}

function switched(list: readonly string[], one: string, on: boolean): string[] {
  return on ? [...list, one] : list.filter((other) => other !== one)
}

/** All fields. */
export function renderConditions(view: ConditionsView): TemplateResult {
  return html`${readers(view)}
    <fieldset>
      <legend>${t('release.how')}</legend>
      ${view.copies ? html`<p class="soft">${t('release.as_given', { owner: partyName(view.owner) })}</p>` : making(view)}
      ${onward(view)} ${more(view)}
      <label class="tick">
        <input type="checkbox" name="flash" .checked=${view.flash} @change=${(e: Event) => view.setFlash(ticked(e))} />
        ${t('release.flash')}
      </label>
      ${marking(view)}
    </fieldset>`
}

function readers(view: ConditionsView): TemplateResult {
  const error = errorAt(view, 'readers')
  const free = view.others.filter((party) => !view.copies || !view.has_it.includes(party))
  return html`<fieldset aria-invalid=${error ? 'true' : 'false'}>
    <legend>${t('release.to_whom')}</legend>
    ${view.others.map((party) => reader(view, party))} ${free.length ? nothing : html`<p class="soft">${t('release.no_one')}</p>`}
    ${error ? html`<p class="error" role="alert"><toguna-icon name="alert"></toguna-icon>${error}</p>` : nothing}
    ${asking(view)}
  </fieldset>`
}

function reader(view: ConditionsView, party: string): TemplateResult {
  const [has, away] = [view.has_it.includes(party), view.inactive.includes(party)]
  const chosen = view.said.readers.includes(party)
  const change = (event: Event) => view.put({ readers: switched(view.said.readers, party, ticked(event)) })
  const note = has ? t('release.has_it') : away ? t('release.suspended') : ''
  return html`<div class="reader">
    <label class="tick">
      <input type="checkbox" name="reader" value=${party} .checked=${chosen} ?disabled=${away || (has && view.copies)} @change=${change} />
      <span>${partyName(party)} <span class="soft mono">${party}</span></span>
      ${note ? html`<span class="chip">${note}</span>` : nothing}
    </label>
    ${chosen && !view.copies && view.said.readers.length > 1 ? precisionOf(view, party) : nothing}
  </div>`
}

function precisionOf(view: ConditionsView, party: string): TemplateResult {
  const now = view.said.of_reader[party]
  const change = (event: Event) => {
    const { [party]: _before, ...rest } = view.said.of_reader
    const value = typed(event)
    view.put({ of_reader: value === 'same' ? rest : { ...rest, [party]: value } })
  }
  return html`<select name="precision-${party}" aria-label=${t('release.precision_of', { party: partyName(party) })} @change=${change}>
    <option value="same" ?selected=${now === undefined}>${t('release.as_others')}</option>
    ${precisions(now ?? 'same')}
  </select>`
}

function precisions(now: string): TemplateResult[] {
  const words = (value: string) => (value ? t('release.coarse', { distance: distance(Number(value)) }) : t('release.exact'))
  return ['', ...PRECISIONS_M.map(String)].map(
    (value) => html`<option value=${value} ?selected=${value === now}>${words(value)}</option>`,
  )
}

/** Place and source: what the release makes coarser or takes out. */
function making(view: ConditionsView): TemplateResult {
  return html`<toguna-field label=${t('release.precision')} error=${errorAt(view, 'precision_m')}>
      <select name="precision_m" @change=${(e: Event) => view.put({ precision_m: typed(e) })}>
        ${precisions(view.said.precision_m)}
      </select>
    </toguna-field>
    <label class="tick">
      <input
        type="checkbox"
        name="source_shield"
        .checked=${view.said.source_shield}
        @change=${(e: Event) => view.put({ source_shield: ticked(e) })}
      />
      ${t('release.shield')}
    </label>`
}

function onward(view: ConditionsView): TemplateResult {
  const error = errorAt(view, 'onward')
  const parties = view.others.filter((party) => !view.said.readers.includes(party))
  const none = view.said.onward.length === 0
  if (!parties.length) return html``
  return html`<div role="group" aria-label=${t('release.onward')} class="onward">
    <span class="label">${t('release.onward')}</span>
    <label class="tick">
      <input type="radio" name="onward" value="" .checked=${none} @change=${() => view.put({ onward: [] })} />
      ${t('release.onward_none')}
    </label>
    ${parties.map(
      (party) => html`<label class="tick">
        <input
          type="checkbox"
          name="onward-to"
          value=${party}
          .checked=${view.said.onward.includes(party)}
          @change=${(e: Event) => view.put({ onward: switched(view.said.onward, party, ticked(e)) })}
        />
        ${partyName(party)}
      </label>`,
    )}
    ${error ? html`<p class="error" role="alert">${error}</p>` : nothing}
  </div>`
}

function more(view: ConditionsView): TemplateResult {
  const { said, problems } = view
  const set = said.until || said.keep_days || said.purpose || said.handling
  const wrong = (['until', 'keep_days', 'purpose', 'handling'] as const).some((name) => problems[name])
  const field = (name: 'until' | 'keep_days' | 'purpose' | 'handling', type: string, hint = '') =>
    html`<toguna-field label=${t(`release.${name}`)} hint=${hint} error=${errorAt(view, name)} optional>
      <input
        name=${name}
        type=${type}
        maxlength="200"
        list=${name === 'handling' ? 'markings' : nothing}
        .value=${said[name]}
        @input=${(e: Event) => view.put({ [name]: typed(e) })}
      />
    </toguna-field>`
  return html`<details ?open=${Boolean(set) || wrong}>
    <summary>${t('release.more')}</summary>
    <div class="twos">${field('until', 'datetime-local')} ${field('keep_days', 'text')}</div>
    ${field('purpose', 'text', t('release.purpose_hint'))} ${field('handling', 'text')}
    <datalist id="markings">
      ${['DIFFUSION RESTREINTE', 'TLP:RED', 'TLP:AMBER+STRICT', 'TLP:AMBER', 'TLP:GREEN'].map((one) => html`<option value=${one}></option>`)}
    </datalist>
  </details>`
}

function marking(view: ConditionsView): TemplateResult | typeof nothing {
  const { groups } = groupsOf(view.said, 0)
  if (!groups.length) return nothing
  const community = partyIds().filter((party) => party !== session().party)
  const marks = [...new Set(groups.map((group) => tlpOf(group.label, community)))]
  return html`<p class="soft small">${t('release.tlp', { tlp: marks.join(', ') })}</p>`
}

/** The owner has not allowed it: it is asked, and may be told why. */
function asking(view: ConditionsView): TemplateResult | typeof nothing {
  const must = view.must_ask
  if (!must.length) return nothing
  const owner = partyName(view.owner)
  return html`<p class="notice" data-must-ask>${t('release.must_ask', { owner, parties: must.map(partyName).join(', ') })}</p>
    <toguna-field label=${t('release.ask_why', { owner })} optional>
      <textarea name="why" rows="2" maxlength="2000" .value=${view.why} @input=${(e: Event) => (view.why = typed(e))}></textarea>
    </toguna-field>`
}
