/** `<toguna-report-view>`: a report as it stands, with its corrections, its photos, who of ours
 *  has it, who asks to pass it on, and what it was linked with. */

import { css, html, nothing, type TemplateResult } from 'lit'

import { eyes } from '../house/eyes'
import { define, DeskElement } from '../house/element'
import { live } from '../house/live'
import { textOf } from '../house/naming'
import { recordHash } from '../house/route'
import { ago } from '../house/shape'
import { isHome, type Shown } from '../house/shapes'
import { language, quote, t } from '../house/words'
import { base } from '../parts/base'
import '../parts/index'
import { partyName } from '../parts/small'
import { isOurs, reportRow, rowsOf, type ReportDoc } from './home'
import { deadWords, whenWords, whereLines, type Told } from './in-words'
import './circles'
import { pointIn } from './place'
import './readers'
import './requests'
import './words.form'
import './words.view'

interface LinkDoc {
  address: string
  party: string
  claims: string[]
  same: boolean
  state: string
  why: string
}

type Body = Record<string, unknown> & Told

export class TogunaReportView extends DeskElement {
  static override properties = {
    shown: { attribute: false },
    row: { state: true },
    correction: { state: true },
    links: { state: true },
  }
  static override styles = [
    base,
    css`
      .text {
        white-space: pre-wrap;
        font-size: 1rem;
        line-height: 1.55;
        margin: 0 0 14px;
      }
      h3 {
        margin: 18px 0 7px;
        padding-top: 11px;
        border-top: 1px solid var(--line);
        font-size: 0.8125rem;
        color: var(--ink-soft);
      }
      .photos {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
      }
      .photos img {
        width: 110px;
        height: 82px;
        object-fit: cover;
        border-radius: var(--radius);
        display: block;
        background: var(--paper-sunk);
      }
      toguna-circles {
        height: 12rem;
        margin: 8px 0;
      }
      del {
        color: var(--ink-soft);
      }
      .dead {
        font-weight: 600;
      }
    `,
  ]
  shown!: Shown
  row: ReportDoc | null = null
  correction: Body | null = null
  links: LinkDoc[] = []
  private ends: (() => void)[] = []

  override connectedCallback() {
    super.connectedCallback()
    const again = () => void this.more()
    this.ends = ['sharing_reports', 'sharing_corrections', 'sharing_links'].map((table) => live.on(table, again))
  }

  override disconnectedCallback() {
    super.disconnectedCallback()
    for (const end of this.ends.splice(0)) end()
  }

  override willUpdate(changed: Map<string, unknown>) {
    if (!changed.has('shown') || !this.shown) return
    const before = changed.get('shown') as Shown | undefined
    if (before?.address !== this.shown.address) Object.assign(this, { row: null, correction: null, links: [] })
    void this.more()
  }

  /** Its row, corrections and links; without them the record itself still stands. */
  private async more() {
    const { address } = this.shown
    const nothingMore = () => null
    const [row, links] = await Promise.all([
      reportRow(address).catch(nothingMore),
      rowsOf<LinkDoc>('link', { state: 'standing' }).catch(() => []),
    ])
    if (address !== this.shown.address) return
    this.row = row
    this.links = links.filter((link) => link.claims.includes(address))
    if (!row?.corrections) return void (this.correction = null)
    const found = await rowsOf<{ at: number; report: Body }>('correction', { origin: row.origin ?? address }).catch(() => [])
    this.correction = found.sort((a, b) => b.at - a.at)[0]?.report ?? null
  }

  private renderCorrected() {
    const { row } = this
    if (!row?.corrections) return nothing
    const before = (row.previous?.at(-1) ?? {}) as Partial<ReportDoc>
    const old = before.from_us === undefined ? '' : deadWords(before as Told)
    const title = before.title && before.title !== row.title ? before.title : ''
    return html`<p class="notice" data-corrected>
      ${t('report.corrected', { ago: ago(row.corrected_at ?? row.at), why: row.why ?? '' })}
      ${title || old !== deadWords(row)
        ? html`<br /><span class="small">${t('report.before')} : <del>${[title, `${t('report.dead').toLowerCase()} ${old}`].filter(Boolean).join(' · ')}</del></span>`
        : nothing}
    </p>`
  }

  private fact(name: string, value: unknown) {
    return html`<dt>${t(`report.${name}`)}</dt><dd>${value}</dd>`
  }

  private renderFacts(body: Body): TemplateResult {
    const shield = this.shown.record?.label.source_shield
    const source = body.source ?? (shield ? t('report.shielded') : t('report.no_source'))
    return html`<dl class="facts">
      ${this.fact('category', t(`category.${String(body.category)}`))} ${this.fact('when', whenWords(body))}
      ${this.fact('where', whereLines(body).map((line) => html`${line}<br />`))}
      ${this.fact('dead', html`<span class="dead" data-dead>${deadWords(body)}</span>`)}
      ${this.fact('grade', html`<toguna-grade .grade=${String(body.grade)} .credibility=${Number(body.credibility)}></toguna-grade>
        <span class="small soft">${t(`grade.${String(body.grade)}`).replace(/^. ?: /, '')} · ${t(`credibility.${String(body.credibility)}`).replace(/^. ?: /, '')}</span>`)}
      ${this.fact('source', html`<span data-source>${source}</span>`)}
    </dl>`
  }

  private renderMap(body: Body) {
    const point = pointIn(body)
    if (!point) return nothing
    const circles = [{ ...point, radius_m: Number(body.radius_m ?? 0) }]
    return html`<toguna-circles .circles=${circles}></toguna-circles>`
  }

  private renderPhotos(body: Body) {
    const digests = (body.evidence as string[] | undefined) ?? []
    if (!digests.length) return nothing
    if (!isOurs(this.shown.address) || eyes()) return html`<p class="soft">${t('report.photo_digests', { n: digests.length })}</p>`
    return html`<h3>${t('report.photos')}</h3>
      <div class="photos">
        ${digests.map(
          (digest) => html`<a href="/api/files/${digest}" target="_blank" rel="noopener"><img src="/api/files/${digest}" alt=${digest.slice(0, 12)} loading="lazy" /></a>`,
        )}
      </div>`
  }

  private renderLinks() {
    if (!this.links.length) return nothing
    const { address } = this.shown
    return html`<h3>${t('report.linked')}</h3>
      ${this.links.flatMap((link) =>
        link.claims
          .filter((claim) => claim !== address)
          .map(
            (claim) => html`<p data-link=${link.address}>
              <span class="chip ${link.same ? 'good' : 'warn'}">${t(link.same ? 'report.says_same' : 'report.says_other', { party: partyName(link.party) })}</span>
              <a class="mono" href=${recordHash(claim)}>${claim}</a> · <a href="#/compare?a=${address}&b=${claim}">${t('report.compare')}</a><br />
              <span class="small soft">${quote(link.why)}</span>
            </p>`,
          ),
      )}`
  }

  override render() {
    const first = this.shown?.record?.body as Body | undefined
    if (!first) return nothing
    const body = this.correction ?? first
    const { address } = this.shown
    const other = language() === 'fr' ? body.text_en : body.text
    const text = textOf(body)
    return html`${this.row?.via ? html`<p class="notice">${t('report.via', { party: partyName(this.row.via) })}</p>` : nothing}
      ${this.renderCorrected()}
      <p class="text">${text}</p>
      ${other && other !== text ? html`<details><summary>${language() === 'fr' ? 'English' : 'Français'}</summary><p class="text">${other}</p></details>` : nothing}
      ${this.renderFacts(body)} ${this.renderMap(body)} ${this.renderPhotos(body)} ${this.renderLinks()}
      ${isHome(address) || eyes() ? nothing : html`<toguna-requests origin=${address}></toguna-requests>`}
      ${isOurs(address) && !eyes()
        ? html`<h3>${t('report.releases')}</h3><toguna-readers about=${address}></toguna-readers>`
        : nothing}`
  }
}
define('toguna-report-view', TogunaReportView)
