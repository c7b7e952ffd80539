/** `<toguna-bar>`: whose desk it is, in which office one acts, and how the line stands. */

import { css, html, nothing } from 'lit'

import { loadSession, onSession, post, session, setOffice } from '../house/api'
import { define, DeskElement } from '../house/element'
import { barViews, mayLeave, screensFor } from '../house/registry'
import { setTheme, theme, onTheme, type Theme } from '../house/theme'
import { language, setLanguage, t } from '../house/words'
import { base } from '../parts/base'
import { officeName, partyName } from '../parts/small'
import { toastProblem } from '../parts/toast'
import './line'
import './sync'

const THEMES: readonly Theme[] = ['auto', 'sun', 'dark']
const THEME_ICONS: Record<Theme, string> = { auto: 'auto', sun: 'sun', dark: 'moon' }

export class TogunaBar extends DeskElement {
  static override styles = [
    base,
    css`
      :host {
        display: flex;
        align-items: center;
        gap: 4px 10px;
        min-height: 50px;
        padding: 3px 10px 3px 14px;
        background: var(--paper-raised);
        border-bottom: 1px solid var(--line);
        z-index: 5;
      }
      h1 {
        display: flex;
        align-items: center;
        gap: 8px;
        font-size: 1rem;
        white-space: nowrap;
      }
      h1 svg {
        width: 28px;
        height: 28px;
        flex: none;
      }
      .party {
        font-weight: 400;
        color: var(--ink-soft);
        max-width: 16em;
      }
      .search {
        flex: 0 1 300px;
        margin: 0 auto;
        justify-content: space-between;
        font-weight: 400;
        color: var(--ink-soft);
        background: var(--paper);
        min-width: 44px;
      }
      .office {
        width: auto;
        max-width: 13em;
      }
      .tools {
        display: flex;
        align-items: center;
        gap: 2px;
      }
      .menu {
        position: fixed;
        inset: 52px 8px auto auto;
        margin: 0;
        min-width: 260px;
        max-width: calc(100vw - 16px);
        border: 1px solid var(--line-strong);
        border-radius: 8px;
        background: var(--paper-raised);
        color: var(--ink);
        box-shadow: var(--shadow);
        padding: 12px;
      }
      .menu .list {
        display: grid;
        gap: 2px;
        margin-top: 10px;
        border-top: 1px solid var(--line);
        padding-top: 8px;
      }
      .menu .list > * {
        justify-content: flex-start;
        width: 100%;
        border-color: transparent;
        background: transparent;
        font-weight: 400;
        padding: 0 8px;
      }
      @media (max-width: 1150px) {
        .party,
        .search kbd {
          display: none;
        }
        .search .text {
          position: absolute;
          width: 1px;
          height: 1px;
          overflow: hidden;
          clip-path: inset(50%);
          white-space: nowrap;
        }
        .search {
          flex: 0 0 auto;
          border-color: transparent;
          background: transparent;
          margin: 0 0 0 auto;
          padding: 0 8px;
        }
      }
      @media (max-width: 760px) {
        :host {
          padding: 2px 4px 2px 10px;
          gap: 4px;
        }
        .word,
        .wide {
          display: none;
        }
        .party {
          display: inline;
          color: var(--ink);
          max-width: 6.5em;
        }
        .office {
          max-width: 8.5em;
          padding: 4px;
        }
        .tools {
          gap: 0;
        }
        .tools .plain {
          min-width: 40px;
          padding: 0 6px;
        }
      }
      @media (max-width: 430px) {
        h1 {
          flex: 0 1 auto;
          min-width: 28px;
        }
        .several {
          display: none;
        }
        .office {
          flex: 0 1 auto;
          min-width: 0;
          max-width: 7.5em;
        }
      }
    `,
  ]
  private ends: (() => void)[] = []

  override connectedCallback(): void {
    super.connectedCallback()
    this.ends = [onSession(() => this.requestUpdate()), onTheme(() => this.requestUpdate())]
    for (const view of barViews()) void view.load()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    for (const end of this.ends) end()
  }

  override render() {
    const { party, alliance } = session()
    return html`
      <h1>
        <svg viewBox="0 0 64 64" aria-hidden="true">
          <rect width="64" height="64" rx="12" fill="var(--mark)" />
          <path d="M8 27 32 15l24 12v5H8zM14 36h6v13h-6zM29 36h6v13h-6zM44 36h6v13h-6z" fill="var(--mark-ink)" />
        </svg>
        <span class="word">Toguna</span>
        <span class="party cut ${session().offices.length > 1 ? 'several' : ''}" title=${alliance}>${partyName(party)}</span>
      </h1>
      ${this.offices()}
      <button class="search" aria-keyshortcuts="Control+K" @click=${() => this.tell('toguna-palette')}>
        <span class="row"><toguna-icon name="search"></toguna-icon><span class="text">${t('palette.open')}</span></span>
        <kbd>Ctrl K</kbd>
      </button>
      <div class="tools">
        ${barViews().map((view) => document.createElement(view.element))}
        <toguna-sync class="wide"></toguna-sync>
        <toguna-line></toguna-line>
        ${this.languages()}
        <button class="plain wide" @click=${this.nextTheme} aria-label=${this.themeText} title=${this.themeText}>
          <toguna-icon name=${THEME_ICONS[theme()]}></toguna-icon>
        </button>
        <button class="plain" popovertarget="menu" aria-label=${t('bar.menu')} title=${session().person?.name ?? ''}>
          <toguna-icon name="person"></toguna-icon>
        </button>
      </div>
      ${this.menu()}
    `
  }

  private get themeText(): string {
    return t('bar.theme', { theme: t(`theme.${theme()}`) })
  }

  private readonly nextTheme = () => {
    setTheme(THEMES[(THEMES.indexOf(theme()) + 1) % THEMES.length] ?? 'auto')
  }

  private offices() {
    const { offices, office } = session()
    if (offices.length < 2) return office ? html`<span class="chip wide">${officeName(office)}</span>` : nothing
    return html`<select
      class="office"
      aria-label=${t('bar.office')}
      @change=${(event: Event) => setOffice((event.target as HTMLSelectElement).value)}
    >
      ${offices.map((one) => html`<option value=${one} ?selected=${one === office}>${officeName(one)}</option>`)}
    </select>`
  }

  private languages() {
    const other = language() === 'fr' ? 'en' : 'fr'
    const said = other === 'fr' ? 'FR : passer en français' : 'EN: switch to English'
    return html`<button
      class="plain"
      lang=${other}
      aria-label=${said}
      title=${said}
      @click=${() => setLanguage(other)}
    >
      ${other.toUpperCase()}
    </button>`
  }

  private menu() {
    const { person, offices, ends_us } = session()
    const hidden = screensFor(offices).filter((one) => one.hidden && one.order >= 0)
    return html`<div id="menu" class="menu" popover @click=${this.closeMenu}>
      <strong>${person?.name ?? ''}</strong>
      <div class="soft small">${person?.id} · ${offices.map(officeName).join(', ')}</div>
      ${ends_us ? html`<div class="soft small">${t('bar.session_ends')} <toguna-when .us=${ends_us}></toguna-when></div>` : nothing}
      <div class="list">
        ${hidden.map(
          (one) => html`<a class="button" href=${`#/${one.name}`}><toguna-icon name=${one.icon}></toguna-icon>${t(one.title)}</a>`,
        )}
        <button @click=${this.nextTheme}><toguna-icon name=${THEME_ICONS[theme()]}></toguna-icon>${this.themeText}</button>
        <button @click=${() => this.tell('toguna-help')}><toguna-icon name="help"></toguna-icon>${t('keys.help')}</button>
        <button @click=${this.leave}><toguna-icon name="back"></toguna-icon>${t('bar.sign_out')}</button>
      </div>
    </div>`
  }

  private readonly closeMenu = (event: Event) => {
    const target = event.target as HTMLElement
    if (target.closest('a, button')) this.renderRoot.querySelector<HTMLElement>('#menu')?.hidePopover()
  }

  private readonly leave = async () => {
    try {
      if (!(await mayLeave())) return
      await post('/api/sign-out')
      await loadSession()
    } catch (error) {
      toastProblem(error)
    }
  }
}
define('toguna-bar', TogunaBar)
