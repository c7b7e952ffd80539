/** `<toguna-party-ticks>`: to whom it goes. Tells `toguna-parties` with those that are ticked. */

import { css, html, nothing } from 'lit'

import { session } from '../house/api'
import { define, DeskElement } from '../house/element'
import { t } from '../house/words'
import { base } from './base'
import './icon'
import { partyName } from './small'

/** The parties of the charter in force, by their ids. */
export function partyIds(): string[] {
  const found: readonly (string | { party: string })[] = session().parties
  return found.map((one) => (typeof one === 'string' ? one : one.party))
}

export class TogunaPartyTicks extends DeskElement {
  static override properties = { label: {}, chosen: { attribute: false }, error: {} }
  static override styles = [
    base,
    css`
      fieldset {
        display: flex;
        flex-wrap: wrap;
        gap: 0 18px;
        margin-bottom: 14px;
        padding-bottom: 4px;
      }
      fieldset[aria-invalid='true'] {
        border-color: var(--bad);
      }
      .error {
        color: var(--bad);
        font-weight: 600;
        flex-basis: 100%;
        margin: 0 0 8px;
      }
    `,
  ]
  label = ''
  chosen: readonly string[] = []
  error = ''

  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>('input')?.focus()
  }

  private tick(party: string, on: boolean): void {
    const rest = this.chosen.filter((one) => one !== party)
    this.chosen = on ? [...rest, party].sort() : rest
    this.tell('toguna-parties', this.chosen)
  }

  override render() {
    const ours = session().party
    const parties = partyIds()
    return html`<fieldset aria-invalid=${this.error ? 'true' : 'false'}>
      <legend>${this.label}</legend>
      ${parties
        .filter((party) => party !== ours)
        .map(
          (party) => html`<label class="tick">
            <input
              type="checkbox"
              name=${`to-${party}`}
              .checked=${this.chosen.includes(party)}
              @change=${(event: Event) => this.tick(party, (event.target as HTMLInputElement).checked)}
            />
            ${partyName(party)} <span class="soft">${party}</span>
          </label>`,
        )}
      <slot></slot>
      ${parties.length < 2 ? html`<p class="soft">${t('parts.no_parties')}</p>` : nothing}
      ${this.error ? html`<p class="error" role="alert"><toguna-icon name="alert"></toguna-icon> ${this.error}</p>` : nothing}
    </fieldset>`
  }
}
define('toguna-party-ticks', TogunaPartyTicks)
