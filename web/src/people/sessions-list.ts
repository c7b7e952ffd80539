/** `<toguna-sessions person="">`: open sessions, one's own or (for a keeper) somebody's; each can
 *  be ended, and all others at once. */

import { css, html, nothing } from 'lit'

import { get, post, session } from '../house/api'
import { define, DeskElement } from '../house/element'
import { ago, moment } from '../house/shape'
import { firstOf, t } from '../house/words'
import { base } from '../parts/base'
import '../parts/index'
import { problemText, toast } from '../parts/toast'
import './words.account'

interface SessionListed {
  id: string
  person: string
  device: string
  way: string
  since_us: number
  seen_us: number
  ends_us: number
  current: boolean
}

export class TogunaSessions extends DeskElement {
  static override properties = { person: {}, items: { state: true }, problem: { state: true } }
  static override styles = [
    base,
    css`
      ul {
        list-style: none;
        margin: 0 0 10px;
        padding: 0;
      }
      li {
        border-top: 1px solid var(--line);
        padding: 8px 0;
        display: flex;
        gap: 10px;
        align-items: center;
        justify-content: space-between;
      }
    `,
  ]
  /** Whose; our own when empty. */
  person = ''
  items: SessionListed[] = []
  problem = ''

  override willUpdate(changed: Map<string, unknown>) {
    if (changed.has('person') || !this.hasUpdated) void this.load()
  }

  private async load() {
    try {
      this.items = (await get<{ items: SessionListed[] }>('/api/sessions', { person: this.person })).items
      this.problem = ''
    } catch (error) {
      this.problem = problemText(error)
    }
  }

  private async end(what: object) {
    try {
      const { ended } = await post<{ ended: number }>('/api/sessions/end', what)
      toast(t('sessions.ended', { n: ended }), 'good')
    } catch (error) {
      this.problem = problemText(error)
    }
    await this.load()
  }

  private renderOne(one: SessionListed) {
    return html`<li data-session=${one.id}>
      <span>
        <b>${one.device}</b> ${one.current ? html`<span class="chip good">${t('sessions.this')}</span>` : nothing}<br />
        <span class="soft small">
          ${firstOf([`sessions.way.${one.way}`], one.way)} · ${t('sessions.since', { when: moment(one.since_us) })} · ${t('sessions.seen', { ago: ago(one.seen_us) })}
        </span>
      </span>
      ${one.current ? nothing : html`<button data-end @click=${() => this.end({ id: one.id })}>${t('sessions.end')}</button>`}
    </li>`
  }

  override render() {
    const own = !this.person || this.person === session().person?.id
    const others = this.items.filter((one) => !one.current)
    return html`<h2>${t('sessions.title')}</h2>
      ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}
      <ul>
        ${this.items.map((one) => this.renderOne(one))}
      </ul>
      ${others.length > 1 || (others.length && !own)
        ? html`<button data-end-all @click=${() => this.end(own ? { all: true } : { person: this.person })}>${t('sessions.end_others')}</button>`
        : nothing}`
  }
}
define('toguna-sessions', TogunaSessions)
