/** `<toguna-unit>`: one unit: under whom it stands, its caveats, its orders, and whether these
 *  contradict one another. Neither goes before the other. */

import { css, html, nothing } from 'lit'

import { get, session } from '../house/api'
import { define, DeskElement } from '../house/element'
import { eyes } from '../house/eyes'
import { hashOf, recordHash } from '../house/route'
import type { Shown } from '../house/shapes'
import { moment } from '../house/shape'
import { t } from '../house/words'
import { base } from '../parts/base'
import '../parts/index'
import { officeName, partyName } from '../parts/small'
import './reason'
import { say } from './saying'
import { opposed, type Order, type Unit } from './shapes'
import './words'
import './words.units'

export class TogunaUnit extends DeskElement {
  static override properties = { unit: { attribute: false }, taking: { state: true } }
  static override styles = [
    base,
    css`
      :host {
        display: block;
        container-type: inline-size;
      }
      article.card {
        display: grid;
        gap: 8px;
        border-left-width: 6px;
      }
      article.card.bad {
        border-color: var(--flash);
        border-left-width: 10px;
      }
      p {
        margin: 0;
      }
      h2 a {
        color: var(--ink);
        text-underline-offset: 3px;
      }
      .loud {
        font-weight: 700;
        font-size: 1.1rem;
        color: var(--flash);
        display: flex;
        gap: 6px;
        align-items: center;
      }
      .pair {
        display: grid;
        gap: 8px;
      }
      .order {
        border: 1px solid var(--line-strong);
        border-radius: var(--radius);
        padding: 8px 10px;
        display: grid;
        gap: 3px;
        align-content: start;
      }
      .said {
        font-weight: 700;
      }
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
        display: grid;
        gap: 8px;
      }
      @container (min-width: 34rem) {
        .pair {
          grid-template-columns: 1fr 1fr;
        }
      }
    `,
  ]
  unit!: Unit
  private taking = ''

  override render() {
    const { unit } = this
    const pairs = opposed(unit)
    const orders = unit.orders ?? []
    const rest = orders.filter((one) => !pairs.flat().includes(one))
    return html`<article class="card ${pairs.length ? 'bad' : ''}" data-address=${unit.address}>
      <h2><a href=${recordHash(unit.address)}>${unit.name}</a></h2>
      <p class="row small">
        <span class="chip">${t(`operation.category.${unit.category}`)}</span>
        <span>${t('unit.of')} <toguna-party id=${unit.party} long></toguna-party></span>
      </p>
      ${pairs.map((pair) => this.conflict(pair))}
      <dl class="facts">
        <dt>${t('unit.under')}</dt>
        <dd data-under=${unit.under}>
          <b>${under(unit)}</b>
          ${unit.attached_until_us ? html` ${t('unit.until', { when: moment(unit.attached_until_us) })}` : nothing}
        </dd>
        <dt>${t('unit.caveats')}</dt>
        <dd>${unit.caveats?.length ? html`<b>${unit.caveats.join(' · ')}</b>` : html`<span class="soft">${t('unit.no_caveats')}</span>`}</dd>
      </dl>
      <h3>${t('unit.orders')}</h3>
      ${rest.length ? html`<ul>${rest.map((one) => html`<li>${this.order(one)}</li>`)}</ul>` : nothing}
      ${orders.length ? nothing : html`<p class="soft">${t('unit.no_orders')}</p>`}
      ${eyes() ? nothing : this.doing()}
    </article>`
  }

  private conflict(pair: [Order, Order]) {
    const [a, b] = pair.map((one) => partyName(one.party)) as [string, string]
    return html`<section role="alert" data-conflict>
      <p class="loud"><toguna-icon name="flash"></toguna-icon>${t('unit.conflict')}</p>
      <p class="small">${t('unit.conflict_why', { a, b })}</p>
      <div class="pair">${pair.map((one) => this.order(one))}</div>
    </section>`
  }

  private order(one: Order) {
    const mine = one.party === session().party && !eyes()
    return html`<div class="order" data-order=${one.address} data-signer=${one.party}>
      <p class="said">${t(`unit.says.${one.says}`)}</p>
      <p>${one.text}</p>
      <p class="row small">
        <toguna-party id=${one.party} long></toguna-party>
        <span>${officeName(one.office)} · ${t(`unit.chain.${one.chain}`)}</span>
        <toguna-when us=${one.at}></toguna-when>
      </p>
      <p class="small soft">${t('unit.until', { when: moment(one.until_us) })} · ${one.address}</p>
      ${mine && this.taking !== one.address
        ? html`<p><button data-rescind @click=${() => (this.taking = one.address)}>${t('unit.rescind')}</button></p>`
        : nothing}
      ${this.taking === one.address
        ? html`<toguna-reason
            label=${t('unit.rescind_why')}
            does=${t('unit.rescind_do')}
            .run=${(why: string) => this.rescind(one, why)}
            @toguna-back=${() => (this.taking = '')}
          ></toguna-reason>`
        : nothing}
    </div>`
  }

  private rescind = async (one: Order, why: string) => {
    const to = await readersAt(one.address)
    const about = { address: one.address, party: one.party, to }
    await say({ kind: 'operations.rescind', body: { why }, about, flash: true })
    this.taking = ''
    this.tell('toguna-answered')
  }

  /** The owner and those under whom it stands give orders; the owner alone attaches. */
  private doing() {
    const { unit } = this
    const ours = session().party
    const owner = unit.party === ours
    const to = (what: string) => hashOf('operations', ['units', what, ...unit.address.split('/')])
    if (!owner && unit.under !== ours && unit.under !== 'joint') return nothing
    return html`<p class="row">
      <a class="button" data-give href=${to('order')}><toguna-icon name="send"></toguna-icon>${t('unit.order')}</a>
      ${owner ? html`<a class="button" data-attach href=${to('attach')}><toguna-icon name="handover"></toguna-icon>${t('unit.attach')}</a>` : nothing}
    </p>`
  }
}
define('toguna-unit', TogunaUnit)

/** Under whom a unit stands, in words. */
export function under(unit: Unit): string {
  if (unit.under === 'joint') return t('unit.joint')
  return unit.under === unit.party ? `${t('unit.under_owner')} (${partyName(unit.party)})` : partyName(unit.under)
}

/** All who got the record at this address, its author among them. */
export async function readersAt(address: string): Promise<string[]> {
  const found = await get<Shown>(`/api/records/${address}`)
  return [...new Set([...found.readers, ...(found.record?.label.to ?? [])])]
}
