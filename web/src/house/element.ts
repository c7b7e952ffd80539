/** The base of the desk's elements: the house's styles, and again when the language changes. */

import { LitElement, type CSSResultGroup } from 'lit'

import { base } from '../parts/base'
import { Speaks } from './words'

export class DeskElement extends LitElement {
  static override styles: CSSResultGroup = base

  constructor() {
    super()
    new Speaks(this)
  }

  /** Send an event that crosses the borders of shadow trees. */
  protected tell(name: string, detail?: unknown): boolean {
    return this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true, cancelable: true }))
  }
}

/** Define an element once; a second time (a module that is loaded again) does nothing. */
export function define(name: string, element: CustomElementConstructor): void {
  if (!customElements.get(name)) customElements.define(name, element)
}
