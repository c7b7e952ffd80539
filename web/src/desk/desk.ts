/** `<toguna-desk>`: the one screen. */

import { html } from 'lit'

import { session } from '../house/api'
import { define, DeskElement } from '../house/element'
import '../parts/index'

export class TogunaDesk extends DeskElement {
  override render() {
    return html`<h1>${session().party}</h1>`
  }
}
define('toguna-desk', TogunaDesk)
