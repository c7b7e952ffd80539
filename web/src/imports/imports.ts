/** `<toguna-imports>`: drop a file, see what would come in and what stays out, bring it in. */

import { css, html, nothing } from 'lit'

import { post } from '../house/api'
import { define, DeskElement } from '../house/element'
import { Listing } from '../house/listing'
import { recordHash, type Route } from '../house/route'
import { degrees, distance, moment } from '../house/shape'
import { t } from '../house/words'
import { base } from '../parts/base'
import '../parts/index'
import { officeName } from '../parts/small'
import { problemText } from '../parts/toast'
import { keptOut, leftOut, MOST_BYTES, type ImportDoc, type IntakeShown, type ReportToBe } from './shapes'
import './words'

export class TogunaImports extends DeskElement {
  static override properties = {
    route: { attribute: false },
    shown: { state: true },
    busy: { state: true },
    problem: { state: true },
    keep_days: { state: true },
    over: { state: true },
  }
  static override styles = [
    base,
    css`
      :host {
        display: block;
        height: 100%;
        overflow: auto;
        padding: 14px 18px 24px;
      }
      :host > * {
        max-width: 64rem;
        margin-left: auto;
        margin-right: auto;
      }
      h2 {
        margin: 18px 0 8px;
      }
      h3 {
        margin: 16px 0 6px;
      }
      td.mono {
        overflow-wrap: anywhere;
      }
      .drop {
        display: grid;
        gap: 10px;
        justify-items: center;
        padding: 30px 16px;
        border: 2px dashed var(--line-strong);
        border-radius: var(--radius);
        text-align: center;
        background: var(--paper-raised);
      }
      .drop.over {
        border-color: var(--mark);
        background: var(--mark-soft);
      }
      .drop toguna-icon {
        font-size: 1.8rem;
      }
      .numbers {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
        margin-bottom: 12px;
      }
      .keep input {
        width: 8em;
      }
      .list {
        max-height: 24rem;
        overflow: auto;
        border: 1px solid var(--line);
        border-radius: var(--radius);
      }
    `,
  ]
  route: Route = { name: 'imports', params: [], query: {} }
  private file: File | null = null
  private shown: IntakeShown | null = null
  private busy = false
  private problem = ''
  private keep_days = ''
  private over = false
  private readonly earlier = new Listing<ImportDoc>(this, '/api/intake/import', { table: 'intake_imports', limit: 20 })

  private take = async (file: File | undefined) => {
    if (!file) return
    this.file = file
    this.shown = null
    this.problem = file.size > MOST_BYTES ? t('intake.too_large') : ''
    if (!this.problem) await this.send({})
  }

  private async send(query: Record<string, string>): Promise<void> {
    if (!this.file) return
    this.busy = true
    this.problem = ''
    const search = new URLSearchParams(query).toString()
    try {
      this.shown = await post<IntakeShown>(`/api/intake${search && `?${search}`}`, this.file, {
        headers: { 'content-type': 'application/json' },
      })
      if (this.shown.accepted) void this.earlier.reload()
    } catch (error) {
      this.problem = problemText(error)
    }
    this.busy = false
  }

  private accept = () => {
    const { shown } = this
    if (!shown) return
    const keep: Record<string, string> = this.keep_days ? { keep_days: this.keep_days } : {}
    void this.send({ accept: 'yes', digest: shown.digest, ...keep })
  }

  private afresh = () => {
    this.file = this.shown = null
    this.problem = ''
  }

  override render() {
    return html`<header>
        <h1>${t('intake.title')}</h1>
        <p class="soft">${t('intake.what')}</p>
      </header>
      ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}
      ${this.shown ? this.preview(this.shown) : this.drop()} ${this.list()}`
  }

  private drop() {
    const hover = (event: DragEvent, over: boolean) => {
      event.preventDefault()
      this.over = over
    }
    return html`<div
      class="drop ${this.over ? 'over' : ''}"
      @dragover=${(event: DragEvent) => hover(event, true)}
      @dragleave=${(event: DragEvent) => hover(event, false)}
      @drop=${(event: DragEvent) => {
        hover(event, false)
        void this.take(event.dataTransfer?.files[0])
      }}
    >
      <toguna-icon name="import"></toguna-icon>
      <p>${t(this.busy ? 'intake.reading' : 'intake.drop')}</p>
      <label class="button">
        ${t('intake.choose')}
        <input
          class="unseen"
          type="file"
          name="file"
          accept=".json,application/json"
          ?disabled=${this.busy}
          @change=${(event: Event) => this.take((event.target as HTMLInputElement).files?.[0])}
        />
      </label>
    </div>`
  }

  private preview(shown: IntakeShown) {
    const left = leftOut(shown.left_out)
    return html`<section aria-live="polite">
      <h2>${t('intake.preview', { name: this.file?.name ?? '' })}</h2>
      <p class="numbers">
        <span class="chip ${shown.accepted ? 'good' : ''}" data-new=${shown.new}
          ><toguna-icon name=${shown.accepted ? 'check' : 'report'}></toguna-icon>${shown.format} ·
          ${t(shown.accepted ? 'intake.new_done' : 'intake.new', { n: shown.new })}</span
        >
        ${shown.already ? html`<span class="chip">${t('intake.already', { n: shown.already })}</span>` : nothing}
        ${shown.cleaned ? html`<span class="chip">${t('intake.cleaned', { n: shown.cleaned })}</span>` : nothing}
        <span class="chip ${shown.kept_out.length ? 'warn' : ''}" data-kept-out=${shown.kept_out.length}
          ><toguna-icon name="lock"></toguna-icon>${t('intake.kept_out', { n: shown.kept_out.length })}</span
        >
      </p>
      ${shown.accepted ? this.done(shown) : this.ask(shown)} ${this.quarantine(shown)} ${this.reports(shown)}
      ${left ? html`<p class="small soft">${t('intake.left_out', { what: left })}</p>` : nothing}
    </section>`
  }

  private ask(shown: IntakeShown) {
    return html`<p class="notice">${t('intake.limit')}</p>
      <p>${t('intake.home')}</p>
      <p class="row keep">
        <label>
          ${t('intake.keep')}
          <input
            name="keep_days"
            inputmode="numeric"
            maxlength="5"
            .value=${this.keep_days}
            @input=${(event: Event) => (this.keep_days = (event.target as HTMLInputElement).value.replace(/\D/g, ''))}
          />
        </label>
      </p>
      <p class="row">
        <button class="main" data-accept ?disabled=${this.busy || shown.new === 0} @click=${this.accept}>
          <toguna-icon name="import"></toguna-icon>${t(this.busy ? 'intake.accepting' : 'intake.accept')}
        </button>
        <button @click=${this.afresh}>${t('intake.another')}</button>
      </p>`
  }

  private done(shown: IntakeShown) {
    const told = shown.addresses.at(-1) ?? ''
    return html`<p class="notice good" role="status">
        ${t('intake.new_done', { n: shown.new })}. ${t('intake.home')} ${t('intake.told')}
        <a class="mono" href=${recordHash(told)}>${told}</a>
      </p>
      <p><button @click=${this.afresh}>${t('intake.another')}</button></p>`
  }

  private quarantine(shown: IntakeShown) {
    if (!shown.kept_out.length) return html`<p class="soft">${t('intake.nobody')}</p>`
    return html`<h3>${t('intake.kept_out', { n: shown.kept_out.length })}</h3>
      <p class="small soft">${t('intake.kept_out_hint')}</p>
      <div class="list" tabindex="0" role="region" aria-label=${t('intake.kept_out', { n: shown.kept_out.length })}>
        <table data-quarantine>
          <thead>
            <tr>
              <th>${t('intake.reason')}</th>
              <th>${t('intake.mark')}</th>
            </tr>
          </thead>
          <tbody>
            ${shown.kept_out.map(
              (one) => html`<tr>
                <td>${t(`intake.reason.${one.reason}`)}</td>
                <td class="mono">${one.mark ?? html`<span class="soft">${t('intake.no_mark')}</span>`}</td>
              </tr>`,
            )}
          </tbody>
        </table>
      </div>`
  }

  private reports(shown: IntakeShown) {
    if (!shown.reports.length) return nothing
    const title = t(shown.accepted ? 'intake.reports_done' : 'intake.reports')
    return html`<h3>${title}${shown.new > shown.reports.length ? ` · ${t('intake.first', { n: shown.reports.length })}` : nothing}</h3>
      <div class="list" tabindex="0" role="region" aria-label=${title}>
        <table data-reports>
          <tbody>
            ${shown.reports.map((one) => this.report(one))}
          </tbody>
        </table>
      </div>`
  }

  private report(one: ReportToBe) {
    const point = one.lat_e7 !== null && one.lon_e7 !== null ? degrees(one.lat_e7, one.lon_e7) : ''
    const radius = one.radius_m ? `± ${distance(one.radius_m)}` : ''
    return html`<tr>
      <td>
        ${one.title}${one.cleaned ? html` <span class="chip">${t('intake.words_out')}</span>` : nothing}
        ${one.handling ? html` <span class="chip">${one.handling}</span>` : nothing}
      </td>
      <td class="small">${moment(one.from_us)}</td>
      <td class="small">${[one.place_name, point, radius].filter(Boolean).join(' ') || t('intake.no_place')}</td>
    </tr>`
  }

  private list() {
    const { items } = this.earlier
    return html`<h2>${t('intake.earlier')}</h2>
      ${items.length === 0 && !this.earlier.loading ? html`<p class="soft">${t('intake.none')}</p>` : nothing}
      ${items.map(
        (one) => html`<p class="card small">
          <a href=${recordHash(one.address)}
            >${t('intake.row', { format: one.format, taken: one.taken, kept: keptOut(one) })}</a
          >
          <span class="soft">${officeName(one.office)}, <toguna-when full us=${one.at}></toguna-when></span>
        </p>`,
      )}`
  }
}
define('toguna-imports', TogunaImports)
