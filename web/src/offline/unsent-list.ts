/** `<toguna-unsent-list>`: each report that is not sent with its mark, and what was sent. */

import { css, html, nothing } from 'lit'

import { define, DeskElement } from '../house/element'
import { recordHash } from '../house/route'
import { sentence } from '../house/sentences'
import { ago, moment } from '../house/shape'
import { t } from '../house/words'
import { base } from '../parts/base'
import '../parts/icon'
import type { FieldReport } from './field-report-body'
import { queue } from './queue'
import './words'

export class TogunaUnsentList extends DeskElement {
  static override properties = { sure: { state: true } }
  static override styles = [
    base,
    css`
      :host {
        display: block;
        margin-top: 24px;
      }
      ul {
        list-style: none;
        margin: var(--gap) 0;
        padding: 0;
        display: grid;
        gap: var(--gap);
      }
      li.bad {
        border-left: 4px solid var(--bad);
      }
      li.waiting {
        border-left: 4px solid var(--warn);
      }
      .wrong {
        color: var(--bad);
        margin: 6px 0;
      }
    `,
  ]
  /** The report of which was asked whether it shall go for good. */
  sure = ''
  private end?: () => void

  override connectedCallback(): void {
    super.connectedCallback()
    this.end = queue.on(() => this.requestUpdate())
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.end?.()
  }

  private mark(report: FieldReport) {
    if (report.state === 'refused') return html`<span class="chip bad">${t('unsent.put_right')}</span>`
    return html`<span class="chip warn"><toguna-icon name="waiting"></toguna-icon>${t(queue.sending ? 'unsent.sending' : 'unsent.waiting')}</span>`
  }

  private facts(report: FieldReport): string {
    const photos = report.photos.length ? t('unsent.photos', { n: report.photos.length }) : ''
    const tries = report.tries ? t('unsent.tried', { n: report.tries }) : ''
    return [moment(report.made_us), photos, tries].filter(Boolean).join(' · ')
  }

  private wrong(report: FieldReport) {
    const wrong = report.wrong
    if (report.state !== 'refused' || !wrong) return nothing
    const what = sentence(t(wrong.what, { office: report.office }))
    return html`<p class="wrong" role="alert">
      ${[what, sentence(wrong.remedy)].filter(Boolean).join(' — ')} ${wrong.where ? html`<span class="mono">${wrong.where}</span>` : nothing}
    </p>`
  }

  private again(report: FieldReport): void {
    void queue.put({ ...report, state: 'waiting', wrong: undefined })
  }

  private acts(report: FieldReport) {
    if (this.sure === report.id) {
      return html`<p>${t('unsent.drop_ask', { title: report.fields.title })}</p>
        <div class="row">
          <button class="grave" data-sure @click=${() => void queue.drop(report.id)}>${t('unsent.drop')}</button>
          <button @click=${() => (this.sure = '')}>${t('parts.cancel')}</button>
        </div>`
    }
    return html`<div class="row">
      <button data-edit @click=${() => this.tell('toguna-put-right', report)}>
        <toguna-icon name="edit"></toguna-icon>${t('unsent.edit')}
      </button>
      ${report.state === 'refused' ? html`<button @click=${() => this.again(report)}>${t('unsent.again')}</button>` : nothing}
      <button class="plain" data-drop @click=${() => (this.sure = report.id)}>${t('unsent.drop')}</button>
    </div>`
  }

  private unsent() {
    const { mine } = queue
    if (!mine.length) return html`<p class="soft" data-none>${t('unsent.none')}</p>`
    const waiting = mine.some((one) => one.state === 'waiting')
    return html`<ul>
        ${mine.map(
          (report) => html`<li class="card ${report.state === 'refused' ? 'bad' : 'waiting'}" data-report=${report.id}>
            <div class="row spread"><strong>${report.fields.title}</strong>${this.mark(report)}</div>
            <div class="soft small">${this.facts(report)}</div>
            ${this.wrong(report)} ${this.acts(report)}
          </li>`,
        )}
      </ul>
      ${waiting
        ? html`<button ?disabled=${queue.sending} @click=${() => void queue.send()}>
            <toguna-icon name="send"></toguna-icon>${t('unsent.now')}
          </button>`
        : nothing}`
  }

  private sent() {
    const { sentByMe } = queue
    if (!sentByMe.length) return nothing
    return html`<h2>${t('unsent.sent')}</h2>
      <ul>
        ${sentByMe.map(
          (one) => html`<li class="row spread" data-sent=${one.address}>
            <a href=${recordHash(one.address)}><toguna-icon name="check"></toguna-icon> ${one.title}</a>
            <span class="soft small">${ago(one.at_us)}</span>
          </li>`,
        )}
      </ul>`
  }

  override render() {
    return html`<h2>${t('unsent.title')}</h2>
      <div aria-live="polite">${this.unsent()}</div>
      ${queue.ofOthers ? html`<p class="notice">${t('unsent.of_others', { n: queue.ofOthers })}</p>` : nothing}
      ${this.sent()}`
  }
}
define('toguna-unsent-list', TogunaUnsentList)
