/** `<toguna-account>`: me: my offices, the key of this device, my sessions, what opens the door. */

import { css, html, nothing } from 'lit'

import { onSession, session, type Session } from '../house/api'
import { define, DeskElement } from '../house/element'
import { ago, moment } from '../house/shape'
import { t } from '../house/words'
import { base } from '../parts/base'
import '../parts/index'
import { officeName } from '../parts/small'
import './device-key'
import './door'
import './sessions-list'
import './words.account'

type Whole = Session & { terms?: { office: string; from_us: number; until_us: number | null }[] }

export class TogunaAccount extends DeskElement {
  static override styles = [
    base,
    css`
      :host {
        display: block;
        padding: 18px;
        height: 100%;
        overflow: auto;
      }
      .all {
        display: grid;
        gap: 16px;
        grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr));
        max-width: 70rem;
        align-items: start;
      }
      .all > div {
        display: grid;
        gap: 16px;
        min-width: 0;
      }
      .card {
        padding: 16px;
        min-width: 0;
      }
      h1 {
        margin-bottom: 12px;
      }
    `,
  ]
  private end?: () => void

  override connectedCallback() {
    super.connectedCallback()
    this.end = onSession(() => this.requestUpdate())
  }

  override disconnectedCallback() {
    super.disconnectedCallback()
    this.end?.()
  }

  private renderMe() {
    const { person, terms, later, ends_us } = session() as Whole
    return html`<section class="card">
      <h2>${person?.name}</h2>
      <p class="mono soft">${person?.id}</p>
      <dl class="facts">
        <dt>${t('account.terms')}</dt>
        <dd>
          ${(terms ?? []).map(
            (term) => html`${officeName(term.office)}
              <span class="soft small">${term.until_us ? t('account.until', { until: moment(term.until_us) }) : t('account.no_end')}</span><br />`,
          )}
        </dd>
      </dl>
      ${later?.length ? html`<p class="notice">${t('account.later', { offices: later.map(officeName).join(', ') })}</p>` : nothing}
      ${ends_us ? html`<p class="soft small">${t('account.session_ends', { when: ago(ends_us) })}</p>` : nothing}
    </section>`
  }

  override render() {
    return html`<h1>${t('screen.account')}</h1>
      <div class="all">
        <div>
          <section class="card"><toguna-device-key></toguna-device-key></section>
          <section class="card"><toguna-sessions></toguna-sessions></section>
        </div>
        <div>
          ${this.renderMe()}
          <section class="card"><toguna-door></toguna-door></section>
        </div>
      </div>`
  }
}
define('toguna-account', TogunaAccount)
