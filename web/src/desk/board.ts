/** `<toguna-board>`: any board of any domain, as a table. `#/board` lists them. */

import { css, html, nothing } from 'lit'

import { get, Problem, session } from '../house/api'
import { define, DeskElement } from '../house/element'
import { live } from '../house/live'
import { fieldName, valueName } from '../house/naming'
import { go, hashOf, recordHash, type Route } from '../house/route'
import { sentence } from '../house/sentences'
import { distance, duration, iso, number } from '../house/shape'
import { language, t } from '../house/words'
import { base } from '../parts/base'
import { officeName, partyName } from '../parts/small'
import './words.fields'
import './words.values'

interface BoardShown {
  domain: string
  name: string
  title_fr: string
  title_en: string
  query: Record<string, string>
}
interface Rows {
  rows: Record<string, unknown>[]
  at_us: number
  party: string
}
const SOON_MS = 500
const ADDRESS = /^[a-z]\w*\/(?:home|spine)\/\d+$/
const PARTIES = new Set(['party', 'sender', 'owner', 'claimant', 'alleged', 'parties', 'neighbours'])
const FIRST = new Set(['title', 'name'])
const LAST = new Set(['address', 'text'])

export class TogunaBoard extends DeskElement {
  static override properties = {
    route: { attribute: false },
    boards: { state: true },
    found: { state: true },
    problem: { state: true },
  }
  static override styles = [
    base,
    css`
      :host {
        display: block;
        padding: 18px 20px 40px;
      }
      .query {
        margin: 12px 0;
        align-items: end;
      }
      .query label {
        display: grid;
        gap: 2px;
        font-size: 0.8125rem;
      }
      td {
        min-width: 7em;
        max-width: 26em;
      }
      td.number {
        min-width: 0;
      }
      .query input {
        width: 11em;
      }
      .list {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr));
        gap: 8px;
        max-width: 62rem;
        margin-top: 14px;
      }
      .list a {
        text-decoration: none;
        font-weight: 600;
      }
      .list a:hover {
        border-color: var(--mark);
      }
    `,
  ]
  route: Route = { name: 'board', params: [], query: {} }
  private boards: BoardShown[] = []
  private found: Rows | null = null
  private problem: Problem | null = null
  private asked = 0
  private ends: (() => void)[] = []
  private soon?: ReturnType<typeof setTimeout>

  override connectedCallback(): void {
    super.connectedCallback()
    const again = () => {
      clearTimeout(this.soon)
      this.soon = setTimeout(() => void this.load(), SOON_MS)
    }
    const own = (table: string) => table.startsWith(`${this.route.params[0] ?? ''}_`)
    this.ends = [live.on('*', (change) => own(change.table) && again()), live.onReset(again)]
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    for (const end of this.ends) end()
    clearTimeout(this.soon)
  }

  override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has('route')) void this.load()
  }

  private async load(): Promise<void> {
    const mine = ++this.asked
    const [domain, name] = this.route.params
    try {
      if (this.boards.length === 0) this.boards = (await get<{ boards: BoardShown[] }>('/api/boards')).boards
      const found = domain && name ? await get<Rows>(`/api/board/${domain}/${name}`, this.route.query) : null
      if (mine === this.asked) Object.assign(this, { found, problem: null })
    } catch (error) {
      if (mine === this.asked) this.problem = error instanceof Problem ? error : new Problem(0, 'failed', 'problem.inside')
    }
  }

  override render() {
    const [domain, name] = this.route.params
    const board = this.boards.find((one) => one.domain === domain && one.name === name)
    if (!board) return this.list()
    return html`<h2>${this.titleOf(board)}</h2>
      ${this.query(board)}
      ${this.problem ? html`<p class="notice bad" role="alert">${sentence(this.problem.what)} ${sentence(this.problem.remedy)}</p>` : nothing}
      ${this.found ? this.table(board, this.found) : nothing}`
  }

  private titleOf(board: BoardShown): string {
    return language() === 'fr' ? board.title_fr : board.title_en
  }

  private list() {
    return html`<h2>${t('board.all')}</h2>
      ${this.problem ? html`<p class="notice bad">${sentence(this.problem.what)}</p>` : nothing}
      <div class="list">
        ${this.boards.map((one) => html`<a class="card" href=${hashOf('board', [one.domain, one.name])}>${this.titleOf(one)}</a>`)}
      </div>`
  }

  private query(board: BoardShown) {
    const ask = (event: Event) => {
      event.preventDefault()
      const typed = new FormData(event.target as HTMLFormElement)
      const given = [...typed].filter(([, value]) => value !== '')
      const asked = (name: string, value: string) => (name.endsWith('_us') ? String(Date.parse(`${value}Z`) * 1000) : value)
      const query = Object.fromEntries(given.map(([name, value]) => [name, asked(name, String(value))]))
      go(hashOf('board', [board.domain, board.name], query))
    }
    return html`<form class="row query" @submit=${ask}>
      <label
        >${t('board.view')}
        <select name="view">
          <option value="">${t('board.ours')}</option>
          ${session().parties.map((one) => html`<option value=${one} ?selected=${this.route.query['view'] === one}>${partyName(one)}</option>`)}
        </select>
      </label>
      ${Object.entries(board.query).map(
        ([name, meaning]) => html`<label title=${meaning}
          >${fieldName(board.domain, name)}${this.input(name)}</label
        >`,
      )}
      <button>${t('board.ask')}</button>
    </form>`
  }

  private input(name: string) {
    const value = this.route.query[name] ?? ''
    if (!name.endsWith('_us')) return html`<input name=${name} .value=${value} />`
    return html`<input name=${name} type="datetime-local" .value=${value ? iso(Number(value)).slice(0, 16) : ''} />`
  }

  private table(board: BoardShown, found: Rows) {
    const all = [...new Set(found.rows.flatMap((row) => Object.keys(row)))]
    const names = [...all.filter((name) => FIRST.has(name)), ...all.filter((name) => !FIRST.has(name) && !LAST.has(name)), ...all.filter((name) => LAST.has(name))]
    if (names.length === 0) return html`<toguna-empty icon="board" text=${t('board.empty')}></toguna-empty>`
    return html`<div class="scroll-x" tabindex="0" role="region" aria-label=${this.titleOf(board)}>
        <table>
          <thead>
            <tr>
              ${names.map((name) => html`<th>${fieldName(board.domain, name)}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${found.rows.map((row) => html`<tr>${names.map((name) => this.cell(board.domain, name, row[name]))}</tr>`)}
          </tbody>
        </table>
      </div>
      <p class="soft small">${t('board.as_of')} <toguna-when full .us=${found.at_us}></toguna-when></p>`
  }

  private cell(domain: string, name: string, value: unknown) {
    if (value === null || value === undefined || value === '') return html`<td class="soft">${t('board.not_reported')}</td>`
    const plain = typeof value === 'number' && name !== 'at' && !name.endsWith('_us')
    return html`<td class=${plain ? 'number' : ''}>${this.value(domain, name, value)}</td>`
  }

  private value(domain: string, name: string, value: unknown): unknown {
    if (typeof value === 'number') {
      if (name === 'at' || name.endsWith('_us')) return html`<toguna-when full .us=${value}></toguna-when>`
      return name.endsWith('_m') ? distance(value) : name.endsWith('_s') ? duration(value * 1_000_000) : number(value)
    }
    if (typeof value === 'boolean') return t(value ? 'desk.yes' : 'desk.no')
    if (Array.isArray(value)) {
      if (value.length === 0) return '—'
      return value.map((one, place) => html`${place ? html`<br />` : nothing}${this.value(domain, name, one)}`)
    }
    if (typeof value === 'object') {
      const inside = Object.entries(value as object).filter(([, one]) => one !== null && one !== '')
      return inside.map(
        ([key, one]) => html`<div><span class="soft">${fieldName(domain, key)}</span> ${this.value(domain, key, one)}</div>`,
      )
    }
    const text = String(value)
    if (PARTIES.has(name)) return html`<toguna-party .party=${text} long></toguna-party>`
    if (name.startsWith('for_office') || name === 'office') return officeName(text)
    if (ADDRESS.test(text)) return html`<a class="mono" href=${recordHash(text)}>${text}</a>`
    return valueName(domain, name, text)
  }
}
define('toguna-board', TogunaBoard)
