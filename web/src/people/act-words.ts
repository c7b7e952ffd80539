/** An act in words: who speaks, what, to whom, under which conditions. Read off the bytes. */

import { html, nothing, type TemplateResult } from 'lit'

import '../desk/label'
import type { Said } from '../house/said'
import type { Label } from '../house/shapes'
import { t } from '../house/words'
import { officeName, partyName } from '../parts/small'
import './words.signing'

/** The whole act as a list of facts. `kind` is the kind's title in words. */
export function actFacts(said: Said, kind: string, flash = false): TemplateResult {
  return html`<p>${t('signing.lead', { party: partyName(said.party), office: officeName(said.office) })}</p>
    <dl class="facts">
      <dt>${t('signing.what')}</dt>
      <dd>${kind}</dd>
      ${said.about ? html`<dt>${t('signing.about')}</dt><dd class="mono">${said.about}</dd>` : nothing}
      ${flash ? html`<dt>${t('signing.flash')}</dt><dd>${t('signing.flash_yes')}</dd>` : nothing}
    </dl>
    <toguna-label .label=${said.label as Label}></toguna-label>`
}
