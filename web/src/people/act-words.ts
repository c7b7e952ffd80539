/** An act in words: who speaks, what, to whom, under which conditions. Read off the bytes. */

import { html, nothing, type TemplateResult } from 'lit'

import type { Label, Said } from '../house/said'
import { distance, moment } from '../house/shape'
import { t } from '../house/words'
import { officeName, partyName } from '../parts/small'
import './words.signing'

/** Names of parties, in one line. */
export function partyNames(parties: readonly string[]): string {
  return parties.map((party) => `${partyName(party)} (${party})`).join(', ')
}

/** The conditions of a label, each as a name and a value. */
export function labelFacts(label: Label): [string, string][] {
  const onward = label.onward ?? []
  const facts: [string, string | null | undefined | false][] = [
    [t('signing.to'), label.to?.length ? partyNames(label.to) : t('signing.nobody')],
    [t('signing.onward'), onward.length ? t('signing.onward_to', { parties: partyNames(onward) }) : t('signing.onward_none')],
    [t('signing.until'), label.until != null && moment(label.until)],
    [t('signing.keep'), label.keep_days != null && t('signing.keep_days', { n: label.keep_days })],
    [t('signing.precision'), label.precision_m != null && t('signing.precision_m', { distance: distance(label.precision_m) })],
    [t('signing.shield'), label.source_shield && t('signing.shield_yes')],
    [t('signing.purpose'), label.purpose],
    [t('signing.handling'), label.handling],
  ]
  return facts.filter((fact): fact is [string, string] => typeof fact[1] === 'string')
}

/** The whole act as a list of facts. `kind` is the kind's title in words. */
export function actFacts(said: Said, kind: string, flash = false): TemplateResult {
  const facts: [string, string][] = [[t('signing.what'), kind]]
  if (said.about) facts.push([t('signing.about'), said.about])
  facts.push(...labelFacts(said.label))
  if (flash) facts.push([t('signing.flash'), t('signing.flash_yes')])
  return html`<dl class="facts">${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`
}

/** Who signs, in one line. */
export function signerLine(said: Said): TemplateResult | typeof nothing {
  return html`<p>${t('signing.lead', { party: partyName(said.party), office: officeName(said.office) })}</p>`
}
