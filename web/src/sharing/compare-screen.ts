/** `<toguna-compare>`: two reports side by side, each with its owner, figure and grade; what lies
 *  between them; and what anybody said of whether they are one event. `#/compare?a=…&b=…`. */

import { css, html, nothing } from 'lit'

import { session } from '../house/api'
import { define, DeskElement } from '../house/element'
import { live } from '../house/live'
import { titleOf } from '../house/naming'
import { go, hashOf, onRoute, recordHash, route } from '../house/route'
import { distance, duration } from '../house/shape'
import { isHome } from '../house/shapes'
import { pair, t } from '../house/words'
import { base } from '../parts/base'
import '../parts/index'
import { partyName } from '../parts/small'
import { problemText } from '../parts/toast'
import { apartM, apartUs, mayBeOne, nearest } from './comparing'
import { reportRow, rowsOf, type ReportDoc } from './home'
import { deadWords, whenWords, whereLines } from './in-words'
import './link-form'
import './circles'
import { pointIn } from './place'
import './words.compare'
import './words.form'
import './words.view'

/** A link or a dissent, as lists show it. */
export interface LinkDoc {
  address: string
  party: string
  at: number
  to: string[]
  claims: string[]
  same: boolean
  why: string
  confidence?: string
  state: 'standing' | 'undone'
}

/** A released report is compared with released ones: of ours, the one at home says the same. */
const comparable = (a: ReportDoc, other: ReportDoc) => isHome(a.address) || !isHome(other.address)

export class TogunaCompare extends DeskElement {
  static override properties = {
    a: { state: true },
    b: { state: true },
    others: { state: true },
    links: { state: true },
    problem: { state: true },
  }
  static override styles = [
    base,
    css`
      :host {
        display: block;
        padding: 18px;
        container-type: inline-size;
        height: 100%;
        overflow: auto;
      }
      .claims {
        display: grid;
        gap: 14px;
        margin: 14px 0;
      }
      @container (min-width: 38rem) {
        .claims {
          grid-template-columns: 1fr 1fr;
        }
      }
      .figure {
        font-size: 1.6rem;
        font-weight: 600;
        margin: 6px 0;
      }
      .between {
        display: flex;
        flex-wrap: wrap;
        gap: 6px 10px;
        margin: 0 0 14px;
      }
      .others {
        display: grid;
        gap: 8px;
        margin-top: 12px;
      }
      .others a {
        color: inherit;
        text-decoration: none;
        display: block;
      }
      .others a:hover {
        border-color: var(--mark);
      }
      toguna-circles {
        height: 16rem;
        margin-bottom: 14px;
      }
      h2 {
        margin: 16px 0 8px;
      }
    `,
  ]
  a: ReportDoc | null = null
  b: ReportDoc | null = null
  others: ReportDoc[] = []
  links: LinkDoc[] = []
  problem = ''
  private ends: (() => void)[] = []

  override connectedCallback() {
    super.connectedCallback()
    const again = () => void this.load()
    this.ends = [onRoute(again), live.on('sharing_links', again), live.on('sharing_reports', again), live.onReset(again)]
    void this.load()
  }

  override disconnectedCallback() {
    super.disconnectedCallback()
    for (const end of this.ends.splice(0)) end()
  }

  private async load() {
    const { name, query } = route()
    if (name !== 'compare' || !query.a) return
    try {
      const [a, b] = await Promise.all([reportRow(query.a), query.b ? reportRow(query.b) : null])
      this.a = a
      this.b = b
      this.others = a && !b ? nearest(a, (await rowsOf<ReportDoc>('report')).filter((one) => comparable(a, one))) : []
      this.links = a && b ? (await rowsOf<LinkDoc>('link')).filter((link) => [a, b].every((one) => link.claims.includes(one.address))) : []
      this.problem = a ? '' : t('list.none')
    } catch (error) {
      this.problem = problemText(error)
    }
  }

  private renderClaim(claim: ReportDoc) {
    return html`<article class="card" data-claim=${claim.address}>
      <div class="row">
        <toguna-party id=${claim.party} long></toguna-party>
        <toguna-grade .grade=${claim.grade} .credibility=${claim.credibility}></toguna-grade>
        <a class="mono small" href=${recordHash(claim.address)}>${claim.address}</a>
      </div>
      <p class="figure" data-figure>${pair(t('report.dead'), deadWords(claim))}</p>
      <h3>${titleOf(claim)}</h3>
      <dl class="facts">
        <dt>${t('report.category')}</dt><dd>${t(`category.${claim.category}`)}</dd>
        <dt>${t('report.when')}</dt><dd>${whenWords(claim)}</dd>
        <dt>${t('report.where')}</dt><dd>${whereLines(claim).map((line) => html`${line}<br />`)}</dd>
        <dt>${t('report.grade')}</dt><dd>${t(`grade.${claim.grade}`)}<br />${t(`credibility.${claim.credibility}`)}</dd>
      </dl>
    </article>`
  }

  private between(a: ReportDoc, b: ReportDoc): string[] {
    const [apart, us, dead] = [apartM(a, b), apartUs(a, b), [deadWords(a), deadWords(b)] as const]
    const radii = { a: distance(a.radius_m ?? 0), b: distance(b.radius_m ?? 0) }
    const place =
      apart === null ? t('compare.no_distance')
      : a.radius_m || b.radius_m ? t('compare.distance_radii', { distance: distance(apart), ...radii })
      : t('compare.distance', { distance: distance(apart) })
    return [
      place + (mayBeOne(a, b) ? ` — ${t('compare.overlap')}` : ''),
      us ? t('compare.days', { span: duration(us) }) : t('compare.same_time'),
      dead[0] === dead[1] ? t('compare.figures_same', { a: dead[0] }) : t('compare.figures', { a: dead[0], b: dead[1] }),
    ]
  }

  private renderBoth(a: ReportDoc, b: ReportDoc) {
    const circles = [a, b].flatMap((one) => {
      const point = pointIn(one)
      return point ? [{ ...point, radius_m: one.radius_m ?? 0, label: partyName(one.party) }] : []
    })
    return html`<div class="claims">${this.renderClaim(a)} ${this.renderClaim(b)}</div>
      <h2>${t('compare.apart')}</h2>
      <div class="between" data-between>${this.between(a, b).map((text) => html`<span class="chip">${text}</span>`)}</div>
      ${circles.length ? html`<toguna-circles .circles=${circles}></toguna-circles>` : nothing}
      <h2>${t('compare.said')}</h2>
      <toguna-link-form .a=${a} .b=${b} .links=${this.links} @toguna-linked=${() => this.load()}></toguna-link-form>`
  }

  private renderOthers(a: ReportDoc) {
    const us = session().party
    return html`<div class="claims">${this.renderClaim(a)}</div>
      <h2>${t('compare.choose', { address: a.address })}</h2>
      <p class="soft small">${t('compare.choose_hint')}</p>
      ${this.others.length ? nothing : html`<toguna-empty text=${t('compare.no_other')}></toguna-empty>`}
      <div class="others">
        ${this.others.map((one) => {
          const apart = apartM(a, one)
          return html`<a class="card" data-other=${one.address} href=${hashOf('compare', [], { a: a.address, b: one.address })}>
            <span class="row">
              <toguna-party id=${one.party} ?long=${one.party !== us}></toguna-party> <b class="grow">${titleOf(one)}</b>
              <toguna-grade .grade=${one.grade} .credibility=${one.credibility}></toguna-grade>
            </span>
            <span class="small soft">${whenWords(one)} · ${pair(t('report.dead').toLowerCase(), deadWords(one))}${apart === null ? nothing : ` · ${distance(apart)}`} · ${one.address}</span>
          </a>`
        })}
      </div>`
  }

  override render() {
    const { a, b } = this
    return html`<div class="row spread">
        <h1>${t('compare.title')}</h1>
        ${a && b ? html`<button class="plain" @click=${() => go(hashOf('compare', [], { a: a.address }))}>${t('action.compare')}</button>` : nothing}
      </div>
      <p class="soft">${t('compare.never_merged')}</p>
      ${this.problem ? html`<p class="notice" role="alert">${this.problem}</p>` : nothing}
      ${a && b ? this.renderBoth(a, b) : a ? this.renderOthers(a) : nothing}`
  }
}
define('toguna-compare', TogunaCompare)
