/** `<toguna-rail>`: the screens, at the left edge. */

import { css, html, nothing } from 'lit'

import { session } from '../house/api'
import { define, DeskElement } from '../house/element'
import { screensFor } from '../house/registry'
import { t } from '../house/words'
import { base } from '../parts/base'

export class TogunaRail extends DeskElement {
  static override properties = { current: {} }
  static override styles = [
    base,
    css`
      :host {
        display: block;
        background: var(--paper-sunk);
        border-right: 1px solid var(--line);
        overflow-y: auto;
        scrollbar-width: none;
      }
      nav {
        display: flex;
        flex-direction: column;
        padding: 4px 0;
      }
      a {
        display: flex;
        flex-direction: column;
        align-items: center;
        justify-content: center;
        gap: 2px;
        width: 76px;
        min-height: 52px;
        padding: 5px 3px;
        color: var(--ink);
        text-decoration: none;
        font-size: 0.7rem;
        line-height: 1.15;
        text-align: center;
        border-left: 3px solid transparent;
        overflow-wrap: break-word;
        hyphens: auto;
      }
      a:hover {
        background: var(--paper);
      }
      a[aria-current='page'] {
        background: var(--paper);
        border-left-color: var(--mark);
        color: var(--mark);
        font-weight: 600;
      }
      a:focus-visible {
        outline-offset: -3px;
      }
      toguna-icon {
        font-size: 1.1rem;
      }
    `,
  ]
  current = ''

  override render() {
    const screens = screensFor(session().offices).filter((one) => !one.hidden)
    return html`<nav aria-label=${t('desk.screens')}>
      ${this.link('', 'map', t('desk.map'))} ${screens.map((one) => this.link(one.name, one.icon, t(one.title)))}
    </nav>`
  }

  private link(name: string, icon: string, title: string) {
    return html`<a href=${`#/${name}`} aria-current=${this.current === name ? 'page' : nothing}>
      <toguna-icon name=${icon}></toguna-icon>${title}
    </a>`
  }
}
define('toguna-rail', TogunaRail)
