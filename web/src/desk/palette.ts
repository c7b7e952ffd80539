/** `<toguna-palette>`: Ctrl-K. Screens, acts, records by address or title, parties, settings. */

import { css, html, nothing } from 'lit'

import { session, setOffice } from '../house/api'
import { changes } from '../house/changes'
import { define, DeskElement } from '../house/element'
import { kinds } from '../house/kinds'
import { kindName, titleOf } from '../house/naming'
import { actionsFor, screensFor } from '../house/registry'
import { go, hashOf, recordHash } from '../house/route'
import type { KindShown } from '../house/shapes'
import { nounOf } from '../house/shapes'
import { setTheme, type Theme } from '../house/theme'
import { setLanguage, t } from '../house/words'
import { base } from '../parts/base'
import type { TogunaDialog } from '../parts/dialog'
import { officeName } from '../parts/small'
import { toastProblem } from '../parts/toast'
import { addressIn, found, type Command } from './commands'

const MOST = 60
const NEWEST = 120

export class TogunaPalette extends DeskElement {
  static override properties = { typed: { state: true }, at: { state: true }, kinds: { state: true }, shown: { state: true } }
  static override styles = [
    base,
    css`
      .ask {
        display: flex;
        align-items: center;
        gap: 10px;
        padding: 10px 14px;
        border-bottom: 1px solid var(--line);
      }
      input,
      input:not([type='checkbox']) {
        border: 0;
        background: transparent;
        font-size: 1.1rem;
        outline: none;
      }
      .ask:focus-within {
        box-shadow: inset 0 -3px 0 var(--focus);
      }
      ul {
        list-style: none;
        margin: 0;
        padding: 6px;
        max-height: min(60vh, 32rem);
        overflow-y: auto;
      }
      li[role='option'] {
        display: flex;
        gap: 10px;
        align-items: center;
        padding: 6px 10px;
        min-height: var(--touch);
        border-radius: var(--radius);
        cursor: pointer;
      }
      li[aria-selected='true'] {
        background: var(--mark-soft);
        box-shadow: inset 3px 0 0 var(--mark);
      }
      li .soft {
        margin-left: auto;
        white-space: nowrap;
      }
      .none {
        padding: 20px;
        color: var(--ink-soft);
      }
    `,
  ]
  private typed = ''
  private at = 0
  private kinds: KindShown[] = []
  private shown = false

  async show(): Promise<void> {
    this.typed = ''
    this.at = 0
    this.shown = true
    void kinds().then((all) => (this.kinds = all), () => undefined)
    await this.updateComplete
    await this.dialog?.show()
    // On a phone the list is what one came for; the keyboard would cover it.
    if (!matchMedia('(pointer: coarse)').matches) this.renderRoot.querySelector('input')?.focus()
  }

  private get dialog(): TogunaDialog | null {
    return this.renderRoot.querySelector('toguna-dialog')
  }

  private get commands(): Command[] {
    const address = addressIn(this.typed)
    const direct: Command[] = address
      ? [{ title: address, group: t('palette.record'), icon: 'file', words: this.typed, run: () => go(recordHash(address)) }]
      : []
    const rest = [...this.acts(), ...this.screens(), ...this.settings(), ...(this.typed ? [...this.writes(), ...this.records()] : [])]
    return [...direct, ...found(rest, this.typed)].slice(0, MOST)
  }

  private acts(): Command[] {
    return actionsFor(session().offices, null).map((one) => ({
      title: t(one.title),
      group: t('palette.act'),
      icon: one.icon ?? 'edit',
      words: one.name,
      run: () => one.run(null),
    }))
  }

  private screens(): Command[] {
    const own = screensFor(session().offices).map((one) => ({ name: one.name, title: t(one.title), icon: one.icon }))
    const all = [
      { name: '', title: t('desk.map'), icon: 'map' },
      ...own,
      { name: 'board', title: t('board.all'), icon: 'board' },
      { name: 'handover', title: t('handover.title'), icon: 'handover' },
    ]
    return all.map((one) => ({ ...one, group: t('palette.screen'), words: one.name, run: () => go(`#/${one.name}`) }))
  }

  private writes(): Command[] {
    const mine = (kind: KindShown) => kind.authors.length === 0 || kind.authors.some((office) => session().offices.includes(office))
    return this.kinds.filter(mine).map((kind) => ({
      title: t('palette.write', { kind: kindName(kind.name) }),
      group: t('palette.writing'),
      icon: 'edit',
      words: `${kind.name} ${kind.title_fr} ${kind.title_en}`,
      run: () => go(hashOf('write', [nounOf(kind.name)])),
    }))
  }

  private settings(): Command[] {
    const group = t('palette.setting')
    const themes: Theme[] = ['sun', 'dark', 'auto']
    return [
      { title: 'Français', group, icon: 'language', words: 'langue language french', run: () => setLanguage('fr') },
      { title: 'English', group, icon: 'language', words: 'langue language anglais', run: () => setLanguage('en') },
      ...themes.map((one) => ({
        title: t('bar.theme', { theme: t(`theme.${one}`) }),
        group,
        icon: one === 'dark' ? 'moon' : one === 'sun' ? 'sun' : 'auto',
        words: one,
        run: () => setTheme(one),
      })),
      ...session()
        .offices.filter((one) => one !== session().office)
        .map((one) => ({ title: t('palette.office', { office: officeName(one) }), group, icon: 'person', words: one, run: () => setOffice(one) })),
    ]
  }

  private records(): Command[] {
    return changes.items.slice(0, NEWEST).map(({ doc, kind }) => ({
      title: titleOf(doc) || doc.address,
      group: kindName(kind),
      icon: 'file',
      words: `${doc.address} ${doc.party}`,
      run: () => go(recordHash(doc.address)),
    }))
  }

  override render() {
    if (!this.shown) return nothing
    const all = this.commands
    this.at = Math.max(0, Math.min(this.at, all.length - 1))
    return html`<toguna-dialog bare label=${t('palette.open')} @toguna-closed=${() => (this.shown = false)}>
      <div class="ask">
        <toguna-icon name="search"></toguna-icon>
        <input
          role="combobox"
          aria-expanded="true"
          aria-controls="found"
          aria-autocomplete="list"
          aria-activedescendant=${all.length ? `one-${this.at}` : nothing}
          aria-label=${t('palette.open')}
          placeholder=${t('palette.hint')}
          autocomplete="off"
          spellcheck="false"
          .value=${this.typed}
          @input=${(event: Event) => Object.assign(this, { typed: (event.target as HTMLInputElement).value, at: 0 })}
          @keydown=${(event: KeyboardEvent) => this.pressed(event, all)}
        />
      </div>
      <ul id="found" role="listbox" aria-label=${t('palette.open')}>
        ${all.map((one, place) => this.line(one, place))}
      </ul>
      ${all.length ? nothing : html`<p class="none" role="status">${t('palette.none')}</p>`}
    </toguna-dialog>`
  }

  private line(one: Command, place: number) {
    return html`<li
      id=${`one-${place}`}
      role="option"
      aria-selected=${place === this.at ? 'true' : 'false'}
      @click=${() => void this.run(one)}
      @mousemove=${() => (this.at = place)}
    >
      <toguna-icon name=${one.icon}></toguna-icon><span class="cut">${one.title}</span><span class="soft small">${one.group}</span>
    </li>`
  }

  private pressed(event: KeyboardEvent, all: readonly Command[]): void {
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key]
    if (by) {
      event.preventDefault()
      this.at = Math.max(0, Math.min(this.at + by, all.length - 1))
      void this.updateComplete.then(() => this.renderRoot.querySelector(`#one-${this.at}`)?.scrollIntoView({ block: 'nearest' }))
    } else if (event.key === 'Enter' && !event.isComposing) {
      event.preventDefault()
      const one = all[this.at]
      if (one) void this.run(one)
    }
  }

  private async run(one: Command): Promise<void> {
    this.dialog?.close()
    try {
      await one.run()
    } catch (error) {
      toastProblem(error)
    }
  }
}
define('toguna-palette', TogunaPalette)
