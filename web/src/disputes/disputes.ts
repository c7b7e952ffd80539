/** `<toguna-disputes>`: disputed facts, the lines that they are measured from, and new ones. */

import { css, html, nothing } from 'lit'

import { tabbed } from '../alerts/tabs'
import { BoardRows } from '../house/board'
import { define, DeskElement } from '../house/element'
import { eyes } from '../house/eyes'
import { Listing } from '../house/listing'
import { hashOf, recordHash, type Route } from '../house/route'
import { distance, moment } from '../house/shape'
import { language, t } from '../house/words'
import { base } from '../parts/base'
import '../parts/index'
import { problemText } from '../parts/toast'
import './matter'
import { TABLES, type Boundary, type Matter } from './shapes'
import './words'

export class TogunaDisputes extends DeskElement {
  static override properties = { route: { attribute: false } }
  static override styles = [
    base,
    tabbed,
    css`
      .matters {
        display: grid;
        gap: 16px;
      }
    `,
  ]
  route: Route = { name: 'disputes', params: [], query: {} }
  private readonly board = new BoardRows<Matter>(this, 'disputes/claims', TABLES)
  private readonly lines = new Listing<Boundary>(this, '/api/disputes/boundary', {
    table: 'disputes_boundaries',
    limit: 200,
  })

  private tab(name: string, title: string) {
    const here = this.route.params[0] ?? ''
    const active = here === name || (name === '' && here === 'matter')
    return html`<a href=${hashOf('disputes', name ? [name] : [])} aria-current=${active ? 'page' : nothing}>${title}</a>`
  }

  override render() {
    const writing = eyes() ? nothing : this.tab('claim', t('dispute.new_claim'))
    return html`<header class="row spread">
        <h1>${t('dispute.title')}</h1>
        <nav class="row" aria-label=${t('dispute.title')}>
          ${this.tab('', t('dispute.matters'))} ${this.tab('lines', t('dispute.lines'))} ${writing}
        </nav>
      </header>
      ${this.body()}`
  }

  private body() {
    const [what = '', ...rest] = this.route.params
    const address = rest.join('/')
    switch (what) {
      case 'claim':
        void import('./claim-form')
        return html`<toguna-claim-form
          about=${this.route.query['about'] ?? ''}
          .boundaries=${this.lines.items}
        ></toguna-claim-form>`
      case 'contest':
        void import('./dispute-form')
        return html`<toguna-dispute-form about=${address}></toguna-dispute-form>`
      case 'line':
        void import('./line-form')
        return html`<toguna-line-form></toguna-line-form>`
      case 'lines':
        return this.listOfLines()
      default:
        return this.matters(what === 'matter' ? address : '')
    }
  }

  private matters(address: string) {
    const { board } = this
    const has = (matter: Matter) =>
      matter.id === address || [...matter.claims, ...matter.disputes].some((one) => one.address === address || ('about' in one && one.about === address))
    const shown = address ? board.rows.filter(has) : board.rows
    return html`${board.problem ? html`<p class="notice bad" role="alert">${problemText(board.problem)}</p>` : nothing}
      ${address ? html`<p><a href="#/disputes">${t('dispute.back')}</a></p>` : nothing}
      <div class="matters">
        ${shown.map(
          (matter) => html`<toguna-matter .matter=${matter} .boundaries=${this.lines.items}></toguna-matter>`,
        )}
      </div>
      ${shown.length === 0 && !board.loading && !board.problem
        ? html`<toguna-empty icon="dispute" text=${t('dispute.none')}></toguna-empty>`
        : nothing}
      ${board.at_us ? html`<p class="small soft foot">${t('dispute.as_of', { when: moment(board.at_us) })}</p>` : nothing}`
  }

  private listOfLines() {
    const { items } = this.lines
    return html`${eyes()
        ? nothing
        : html`<p><a class="button" href="#/disputes/line"><toguna-icon name="plus"></toguna-icon>${t('dispute.new_line')}</a></p>`}
      ${items.map(
        (line) => html`<p class="card" data-line=${line.address}>
          <a href=${recordHash(line.address)}><strong>${(language() === 'en' && line.name_en) || line.name}</strong></a>
          <toguna-party id=${line.party}></toguna-party>
          ${line.disputed ? html`<span class="chip warn">${t('dispute.line_disputed')}</span>` : nothing}<br />
          <span class="small">${line.left} | ${line.right} · ${line.source} · ± ${distance(line.uncertainty_m)}</span>
        </p>`,
      )}
      ${items.length === 0 && !this.lines.loading
        ? html`<toguna-empty icon="border" text=${t('dispute.no_lines')}></toguna-empty>`
        : nothing}`
  }
}
define('toguna-disputes', TogunaDisputes)
