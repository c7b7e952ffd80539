/** `<toguna-link-form>`: what was said of whether two reports are one event, and our own word:
 *  the same, not the same, or taking our link back; with why, told to whom has both. */

import { css, html, nothing } from 'lit'

import { post, session } from '../house/api'
import { eyes } from '../house/eyes'
import { define, DeskElement } from '../house/element'
import { signAct, type Asked } from '../house/signing'
import { quote, t } from '../house/words'
import { base } from '../parts/base'
import '../parts/index'
import { partyName } from '../parts/small'
import { problemText, toast } from '../parts/toast'
import { hearers } from './comparing'
import type { LinkDoc } from './compare-screen'
import type { ReportDoc } from './home'
import './words.compare'
import './words.form'

type Word = 'same' | 'other' | 'unlink'

export class TogunaLinkForm extends DeskElement {
  static override properties = {
    a: { attribute: false },
    b: { attribute: false },
    links: { attribute: false },
    word: { state: true },
    undoing: { state: true },
    why: { state: true },
    confidence: { state: true },
    to: { state: true },
    error: { state: true },
    problem: { state: true },
    busy: { state: true },
  }
  static override styles = [
    base,
    css`
      .said {
        margin-bottom: 8px;
      }
      .undone {
        text-decoration: line-through;
      }
      form {
        margin-top: 12px;
        max-width: 36rem;
      }
      footer {
        justify-content: flex-end;
      }
      .label {
        font-weight: 600;
      }
    `,
  ]
  a!: ReportDoc
  b!: ReportDoc
  links: LinkDoc[] = []
  word: Word | null = null
  undoing: LinkDoc | null = null
  why = ''
  confidence = ''
  to: string[] | null = null
  error = ''
  problem = ''
  busy = false

  /** Who may hear of it; all of them unless somebody is left out. */
  private get able(): string[] {
    return hearers(this.a, this.b, session().party)
  }

  private begin(word: Word, undoing: LinkDoc | null = null) {
    Object.assign(this, { word, undoing, error: '', problem: '', to: null })
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('textarea')?.focus())
  }

  private asked(): Asked {
    const why = this.why.trim()
    if (this.word === 'unlink' && this.undoing)
      return { act: 'write', kind: 'sharing.unlink', about: this.undoing.address, body: { why }, label: { to: this.undoing.to } }
    const confidence = this.confidence.trim()
    const body = { claims: [this.a.address, this.b.address], same: this.word === 'same', why, ...(confidence && { confidence }) }
    return { act: 'write', kind: 'sharing.link', body, label: { to: this.to ?? this.able } }
  }

  private send = async (event: Event) => {
    event.preventDefault()
    this.error = this.why.trim() ? '' : t('form.needed')
    if (this.error || this.busy) return
    this.busy = true
    this.problem = ''
    try {
      const address = await this.say(this.asked())
      if (address) {
        toast(t('compare.done', { address }), 'good')
        Object.assign(this, { word: null, undoing: null, why: '', confidence: '' })
        this.tell('toguna-linked')
      }
    } catch (error) {
      this.problem = problemText(error)
    }
    this.busy = false
  }

  /** What nobody else reads needs no signature of a person. */
  private async say(asked: Asked): Promise<string | undefined> {
    if (asked.label?.to?.length) return (await signAct(asked))?.address
    const { body, about } = asked
    const path = `/api/${asked.kind!.replace('.', '/')}`
    return (await post<{ addresses: string[] }>(path, { body, about, once: crypto.randomUUID() })).addresses[0]
  }

  private renderSaid(link: LinkDoc) {
    const mine = link.party === session().party && link.state === 'standing' && !eyes()
    return html`<div class="said" data-link=${link.address}>
      <span class="chip ${link.same ? 'good' : 'warn'} ${link.state}">
        ${t(link.same ? 'compare.says_same' : 'compare.says_other', { party: partyName(link.party) })}
      </span>
      <span class="soft small"><toguna-when us=${link.at}></toguna-when> · ${quote(link.why)}${link.confidence ? ` · ${link.confidence}` : nothing}</span>
      ${mine ? html`<button class="plain" data-unlink @click=${() => this.begin('unlink', link)}><toguna-icon name="unlink"></toguna-icon>${t('compare.unlink')}</button>` : nothing}
    </div>`
  }

  private renderTo() {
    if (this.word === 'unlink') return nothing
    const { able } = this
    if (!able.length) return html`<p class="soft small">${t('compare.tell_none')}</p>`
    const chosen = this.to ?? able
    const change = (party: string) => (event: Event) => {
      const on = (event.target as HTMLInputElement).checked
      this.to = able.filter((one) => (one === party ? on : chosen.includes(one)))
    }
    return html`<div role="group" aria-label=${t('compare.tell')}>
      <span class="label">${t('compare.tell')}</span>
      ${able.map((party) => html`<label class="tick"><input type="checkbox" name="to" value=${party} .checked=${chosen.includes(party)} @change=${change(party)} />${partyName(party)}</label>`)}
      <p class="soft small">${t('compare.tell_hint')}</p>
    </div>`
  }

  private renderForm() {
    if (!this.word) return nothing
    const unlink = this.word === 'unlink'
    const to = unlink ? (this.undoing?.to ?? []) : (this.to ?? this.able)
    return html`<form class="card" @submit=${this.send} novalidate>
      <h3>${t(`compare.${this.word}`)}</h3>
      <toguna-field label=${t(unlink ? 'compare.why_unlink' : 'compare.why')} hint=${unlink ? '' : t('compare.why_hint')} error=${this.error}>
        <textarea name="why" rows="2" maxlength="2000" .value=${this.why} @input=${(e: Event) => (this.why = (e.target as HTMLTextAreaElement).value)}></textarea>
      </toguna-field>
      ${unlink
        ? nothing
        : html`<toguna-field label=${t('compare.confidence')} hint=${t('compare.confidence_hint')} optional>
            <input name="confidence" maxlength="200" .value=${this.confidence} @input=${(e: Event) => (this.confidence = (e.target as HTMLInputElement).value)} />
          </toguna-field>`}
      ${this.renderTo()} ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}
      <footer class="row">
        <button type="button" @click=${() => (this.word = null)}>${t('parts.cancel')}</button>
        <button class="main" data-next ?disabled=${this.busy}>${t(to.length ? 'compare.next' : 'compare.keep')}</button>
      </footer>
    </form>`
  }

  override render() {
    const standing = this.links.some((link) => link.party === session().party && link.state === 'standing')
    return html`${this.links.length ? this.links.map((link) => this.renderSaid(link)) : html`<p class="soft">${t('compare.nothing_said')}</p>`}
      ${eyes() || this.word
        ? nothing
        : html`<div class="row">
            ${standing ? nothing : html`<button class="main" data-word="same" @click=${() => this.begin('same')}><toguna-icon name="link"></toguna-icon>${t('compare.same')}</button>`}
            <button data-word="other" @click=${() => this.begin('other')}><toguna-icon name="unlink"></toguna-icon>${t('compare.other')}</button>
          </div>`}
      ${this.renderForm()}`
  }
}
define('toguna-link-form', TogunaLinkForm)
