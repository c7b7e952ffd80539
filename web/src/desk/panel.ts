/** `<toguna-panel>`: what stands beside the map, a record or a form. */

import { css, html } from 'lit'

import { define, DeskElement } from '../house/element'
import { formViewOf } from '../house/registry'
import type { Route } from '../house/route'
import { t } from '../house/words'
import { base } from '../parts/base'
import './record'

export class TogunaPanel extends DeskElement {
  static override properties = { route: { attribute: false }, form: { state: true } }
  static override styles = [
    base,
    css`
      :host {
        display: block;
        background: var(--paper-raised);
        overflow: hidden;
      }
      section {
        height: 100%;
        display: flex;
        flex-direction: column;
        min-height: 0;
      }
      .body {
        flex: 1;
        min-height: 0;
        overflow-y: auto;
        scrollbar-width: thin;
      }
      .close {
        position: absolute;
        right: 6px;
        top: 6px;
        z-index: 3;
      }
      :host {
        position: relative;
      }
      .body > .form {
        display: block;
        padding: 14px 16px 40px;
      }
      section:focus-visible {
        outline-offset: -3px;
      }
    `,
  ]
  route: Route | null = null
  private form?: HTMLElement
  private asked = ''

  focusIn(): void {
    this.renderRoot.querySelector<HTMLElement>('section')?.focus()
  }

  override willUpdate(): void {
    if (this.route?.name === 'write') void this.load(this.route)
    else this.asked = ''
  }

  /** The form of this kind; one that is open stays as it is, with what was typed. */
  private async load(route: Route): Promise<void> {
    const kind = route.params[0] ?? ''
    const name = `${kind}?${new URLSearchParams(route.query)}`
    if (this.asked === name) return
    this.asked = name
    this.form = undefined
    const own = formViewOf(kind)
    await (own ? own.load() : import('./form'))
    if (this.asked !== name) return
    const form = document.createElement(own?.element ?? 'toguna-form')
    form.className = 'form'
    this.form = Object.assign(form, { kind, about: route.query['about'] ?? '', query: route.query })
  }

  override render() {
    const record = this.route?.name === 'record'
    return html`<section tabindex="-1" aria-label=${t(record ? 'desk.record' : 'desk.form')}>
      <button class="plain close" @click=${() => this.tell('toguna-close')} aria-label=${t('parts.close')} title=${t('parts.close')}>
        <toguna-icon name="close"></toguna-icon>
      </button>
      <div class="body">
        ${record
          ? html`<toguna-record .address=${this.route?.params.join('/') ?? ''}></toguna-record>`
          : (this.form ?? html`<toguna-empty text=${t('desk.loading')}></toguna-empty>`)}
      </div>
    </section>`
  }
}
define('toguna-panel', TogunaPanel)
