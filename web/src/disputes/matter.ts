/** `<toguna-matter .matter .boundaries>`: one disputed fact, every claim beside the others. */

import { css, html, nothing } from 'lit'

import { session } from '../house/api'
import { define, DeskElement } from '../house/element'
import { eyes } from '../house/eyes'
import { hashOf, recordHash } from '../house/route'
import { day, degrees, distance, mgrsOf, moment } from '../house/shape'
import { isHome } from '../house/shapes'
import { language, locale, t } from '../house/words'
import { base } from '../parts/base'
import '../parts/index'
import { partyName } from '../parts/small'
import { exactly, withError, type Boundary, type Claim, type Disputed, type Matter, type Measured } from './shapes'
import { inkOf, inks, LETTERS } from './sketch-view'
import './words'

const both = (doc: object, name: string): string => {
  const loose = doc as Record<string, unknown>
  const english = language() === 'en' ? loose[`${name}_en`] : null
  return String(english || loose[name] || '')
}
const TONES: Record<string, string> = { yes: 'good', no: 'warn', 'cannot tell': '' }
const SIGNS: Record<string, string> = { yes: 'check', no: 'close', 'cannot tell': 'help' }

export class TogunaMatter extends DeskElement {
  static override properties = { matter: { attribute: false }, boundaries: { attribute: false } }
  static override styles = [
    base,
    inks,
    css`
      :host {
        display: block;
        container-type: inline-size;
      }
      article {
        display: grid;
        gap: 14px;
      }
      p {
        margin: 0;
      }
      .claims {
        display: grid;
        gap: 14px;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 21rem), 1fr));
      }
      section.claim {
        border: 1px solid var(--line);
        border-top: 4px solid var(--of);
        border-radius: var(--radius);
        padding: 12px;
        display: grid;
        gap: 9px;
        align-content: start;
        background: var(--paper);
        min-width: 0;
      }
      .letter {
        display: inline-grid;
        place-content: center;
        width: 1.6em;
        height: 1.6em;
        border-radius: 50%;
        background: var(--of);
        color: var(--paper);
        font-weight: 600;
        font-size: 0.85rem;
      }
      .says {
        white-space: pre-line;
      }
      .figure {
        font-weight: 600;
        font-variant-numeric: tabular-nums;
        white-space: nowrap;
      }
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
        display: grid;
        gap: 8px;
      }
      li.measure {
        border-top: 1px solid var(--line);
        padding-top: 7px;
        display: grid;
        gap: 3px;
      }
      li.measure.cited {
        border-left: 3px solid var(--mark);
        padding-left: 9px;
      }
      blockquote {
        margin: 4px 0 0;
        padding-left: 10px;
        border-left: 3px solid var(--line-strong);
        white-space: pre-line;
      }
    `,
  ]
  matter!: Matter
  boundaries: Boundary[] = []

  override render() {
    const { matter } = this
    return html`<article class="card" data-matter=${matter.id}>
      <header class="row spread">
        <h2>${both(matter, 'title')}</h2>
        ${matter.kind === 'other' ? nothing : html`<a class="small" href=${recordHash(matter.id)}>${t('dispute.record')}</a>`}
      </header>
      ${matter.claims.length
        ? html`<p class="small soft">${t('dispute.never_merged', { n: matter.claims.length })}. ${this.apart()}</p>
            <toguna-sketch .matter=${matter} .boundaries=${this.boundaries}></toguna-sketch>
            <div class="claims">${matter.claims.map((claim, number) => this.claim(claim, number))}</div>
            <p class="small soft">${t('dispute.sum')}</p>`
        : nothing}
      ${matter.disputes.length
        ? html`<section>
            <h3>${t('dispute.disputes')}</h3>
            <ul>
              ${matter.disputes.map((one) => this.dispute(one))}
            </ul>
          </section>`
        : nothing}
      ${this.does()}
    </article>`
  }

  private apart() {
    const { apart_m, apart_error_m } = this.matter
    if (apart_m === null || apart_error_m === null) return nothing
    const key = apart_m <= apart_error_m ? 'dispute.same_place' : 'dispute.apart'
    return t(key, { distance: withError(apart_m, apart_error_m, locale()) })
  }

  private claim(claim: Claim, number: number) {
    return html`<section class="claim ${inkOf(number)}" data-claim=${claim.address}>
      <header class="row">
        <span class="letter" aria-hidden="true">${LETTERS[number] ?? ''}</span>
        <h3 class="grow">${t('dispute.claims', { who: claim.claimant })}</h3>
      </header>
      <p class="says">${both(claim, 'says')}</p>
      <p><strong>${this.stated(claim)}</strong></p>
      <p class="small soft">
        ${claim.source ?? nothing}${claim.source && claim.said_us ? ', ' : nothing}${claim.said_us
          ? t('dispute.said_on', { when: moment(claim.said_us) })
          : nothing}
      </p>
      <p class="small">
        ${t('dispute.point', { error: exactly(claim.error_m, locale()) })}<br />
        <span class="mono">${degrees(claim.lat_e7, claim.lon_e7)}</span>
        <span class="mono soft">${mgrsOf(claim.lat_e7, claim.lon_e7, 4)}</span>
      </p>
      ${claim.measures.length
        ? html`<h4 class="unseen">${t('dispute.measured')}</h4>
            <ul>
              ${claim.measures.map((measured) => this.measure(measured))}
            </ul>`
        : html`<p class="notice">${t('dispute.no_lines')}</p>`}
      <p class="small soft">
        ${t('dispute.written_by')} <toguna-party id=${claim.party}></toguna-party> <toguna-when full us=${claim.at}></toguna-when> ·
        <a href=${recordHash(claim.address)}>${claim.address}</a>
      </p>
    </section>`
  }

  private stated(claim: Claim) {
    if (claim.stated_m === null) return t('dispute.unstated')
    const said = { distance: exactly(claim.stated_m, locale()), side: claim.stated_side ?? '' }
    return t(claim.stated_side ? 'dispute.stated_side' : 'dispute.stated', said)
  }

  private measure(found: Measured) {
    const name = both(found, 'name')
    const side = found.side
      ? found.certain ? found.side : t('dispute.either_side', { side: found.side })
      : t('dispute.line_ends')
    return html`<li class="measure ${found.cited ? 'cited' : ''}" data-boundary=${found.boundary}>
      <span class="row spread">
        <span class="figure">${withError(found.distance_m, found.error_m, locale())}</span>
        ${found.agrees
          ? html`<span class="chip ${TONES[found.agrees]}"
              ><toguna-icon name=${SIGNS[found.agrees] ?? 'help'}></toguna-icon>${t(`dispute.fits.${found.agrees}`)}</span
            >`
          : nothing}
      </span>
      <span>${t('dispute.side')} <strong>${side}</strong></span>
      <span class="small">
        ${t('dispute.measured')} <a href=${recordHash(found.boundary)}>${name}</a>
        ${found.cited ? html`<span class="chip">${t('dispute.cited')}</span>` : nothing}
        ${found.disputed ? html`<span class="chip warn">${t('dispute.line_disputed')}</span>` : nothing}
      </span>
      <span class="small soft">
        ${t('dispute.line_of', {
          source: found.source,
          when: day(found.as_of_us),
          uncertainty: distance(found.uncertainty_m),
        })}
      </span>
    </li>`
  }

  private dispute(said: Disputed) {
    const who = partyName(said.party)
    return html`<li data-dispute=${said.address}>
      <p>
        <toguna-icon name="dispute"></toguna-icon>
        <strong>${t('dispute.contests', { who, what: said.about })}</strong>
        <toguna-when full us=${said.at}></toguna-when> · <a href=${recordHash(said.address)}>${said.address}</a>
      </p>
      <blockquote>${both(said, 'reason')}${said.version ? html`<br />${both(said, 'version')}` : nothing}</blockquote>
    </li>`
  }

  private does() {
    if (eyes()) return nothing
    const { matter } = this
    const others = matter.claims.find((claim) => claim.party !== session().party && !isHome(claim.address))
    return html`<footer class="row">
      <button data-bundle @click=${this.bundle}><toguna-icon name="file"></toguna-icon>${t('dispute.bundle')}</button>
      <a class="button" href=${hashOf('disputes', ['claim'], { about: matter.id })}>${t('dispute.add_claim')}</a>
      ${others
        ? html`<a class="button" href=${hashOf('disputes', ['contest', ...others.address.split('/')])}
            >${t('dispute.contest')}</a
          >`
        : nothing}
    </footer>`
  }

  private bundle = async () => {
    const { openBundle } = await import('./bundle')
    const { bundleOf } = await import('./shapes')
    await openBundle(bundleOf(this.matter))
  }
}
define('toguna-matter', TogunaMatter)
