/** `<toguna-map-box>`: a small map beside a form or a preview. The map itself comes lazily; where
 *  it is not there, the box says so and the form goes on by typed places. */

import { css, html } from 'lit'

import { define, DeskElement } from '../house/element'
import { t } from '../house/words'
import { base } from '../parts/base'
import type { Point } from './place'

/** A place and the radius around it, metres; `role` says what it is. */
export interface Circle extends Point {
  radius_m: number
  role?: 'home' | 'leaving'
}

export class MapBox extends DeskElement {
  static override properties = {
    circles: { attribute: false },
    picks: { type: Boolean },
  }
  static override styles = [
    base,
    css`
      :host {
        display: block;
        border: 1px solid var(--line-strong);
        border-radius: var(--radius);
        overflow: hidden;
        background: var(--paper-sunk);
      }
    `,
  ]
  circles: Circle[] = []
  picks = false

  override render() {
    return html`<p class="soft">${t('form.loading')}</p>`
  }
}
define('toguna-map-box', MapBox)
