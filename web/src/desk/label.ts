/** `<toguna-label>`: a label in words. Who may read it, and what they may do with it. */

import { css, html, nothing } from 'lit'

import { define, DeskElement } from '../house/element'
import { distance } from '../house/shape'
import type { Label } from '../house/shapes'
import { t } from '../house/words'
import { base } from '../parts/base'

export class TogunaLabel extends DeskElement {
  static override properties = { label: { attribute: false }, readers: { attribute: false } }
  static override styles = [
    base,
    css`
      .parties {
        display: inline-flex;
        gap: 4px;
        flex-wrap: wrap;
      }
    `,
  ]
  label: Label = {}
  /** The audience, where the label itself is gone. */
  readers: readonly string[] = []

  override render() {
    const label = this.label
    const to = label.to?.length ? label.to : this.readers
    const onward = Array.isArray(label.onward) ? label.onward : []
    return html`<dl class="facts">
      <dt>${t('label.to')}</dt>
      <dd>${to.length ? this.parties(to) : t('label.nobody')}</dd>
      ${to.length
        ? html`<dt>${t('label.onward')}</dt>
            <dd>${onward.length ? this.parties(onward) : t('label.no_onward')}</dd>`
        : nothing}
      ${this.fact('purpose', label.purpose)}
      ${label.until ? html`<dt>${t('label.until')}</dt><dd><toguna-when full .us=${label.until}></toguna-when></dd>` : nothing}
      ${label.keep_days ? this.fact('keep', t('label.days', { n: label.keep_days })) : nothing}
      ${label.precision_m ? this.fact('precision', t('label.precise', { distance: distance(label.precision_m) })) : nothing}
      ${label.source_shield ? this.fact('source', t('label.shielded')) : nothing} ${this.fact('handling', label.handling)}
    </dl>`
  }

  private parties(all: readonly string[]) {
    return html`<span class="parties">${all.map((one) => html`<toguna-party .party=${one} long></toguna-party>`)}</span>`
  }

  private fact(name: string, value: string | null | undefined) {
    return value ? html`<dt>${t(`label.${name}`)}</dt><dd>${value}</dd>` : nothing
  }
}
define('toguna-label', TogunaLabel)
