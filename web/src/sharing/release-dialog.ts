/** `<toguna-release-dialog>`: to whom, under which conditions; what leaves, byte by byte; then
 *  the signature. For a record from home, for a late reader of a released one, and for passing
 *  on somebody else's. What was chosen stays when the node refuses. */

import { html, nothing } from 'lit'

import { get, post, Problem, session } from '../house/api'
import { nowUs } from '../house/clock'
import { define, DeskElement } from '../house/element'
import { sentence } from '../house/sentences'
import { isHome, nounOf, partyOf, type Shown } from '../house/shapes'
import { prepare, type Signing } from '../house/signing'
import { t } from '../house/words'
import { base } from '../parts/base'
import type { TogunaDialog } from '../parts/dialog'
import '../parts/index'
import { partyName } from '../parts/small'
import { problemText, toast } from '../parts/toast'
import {
  carefulConditions, conditionAt, groupsOf, notAllowed, type ConditionProblems, type Conditions, type Group,
} from './conditions'
import { renderConditions, type ConditionsView } from './release-conditions'
import { releaseStyles } from './release-styles'
import { partyIds, releasesOf, shownAt } from './home'
import './release-preview'
import './words.release'

const PREVIEW_AFTER_MS = 250

/** A group of readers, with what they would get. */
interface Shadow extends Group {
  raw: string
}

/** A group of readers whose bytes are prepared; `address` once they have left. */
interface Ready {
  readers: string[]
  signing: Signing
  address: string
}

export class TogunaReleaseDialog extends DeskElement implements ConditionsView {
  static override properties = {
    address: {},
    shown: { state: true },
    said: { state: true },
    problems: { state: true },
    problem: { state: true },
    shadows: { state: true },
    ready: { state: true },
    busy: { state: true },
    flash: { state: true },
    why: { state: true },
    asked_owner: { state: true },
  }
  static override styles = [base, releaseStyles]
  address = ''
  shown: Shown | null = null
  said: Conditions = carefulConditions()
  problems: ConditionProblems = {}
  problem = ''
  shadows: Shadow[] = []
  ready: Ready[] = []
  busy = false
  flash = false
  why = ''
  /** The question went out: there is nothing more to do here. */
  asked_owner = false
  has_it: string[] = []
  inactive: string[] = []
  private asked = 0
  private soon?: ReturnType<typeof setTimeout>

  /** Open for this record. */
  async open(address: string, flash = false): Promise<void> {
    this.address = address
    this.flash = flash
    this.said = carefulConditions(this.copies)
    await this.updateComplete
    await this.dialog.show()
    try {
      await this.load()
    } catch (error) {
      this.problem = problemText(error)
    }
  }

  private async load() {
    const ours = partyOf(this.address) === session().party
    const [shown, charter, entries] = await Promise.all([
      shownAt(this.address),
      get<{ parties: { party: string; status: string }[] }>('/api/charter'),
      releasesOf(this.address),
    ])
    const held = ours && !isHome(this.address) ? shown.readers : []
    this.has_it = [...new Set([...held, ...entries.flatMap((entry) => (entry.recalled ? [] : Object.keys(entry.parties)))])]
    this.inactive = charter.parties.filter((one) => one.status !== 'active').map((one) => one.party)
    this.shown = shown
  }

  private get dialog(): TogunaDialog {
    return this.renderRoot.querySelector('toguna-dialog') as TogunaDialog
  }

  /** Whether the owner's own bytes go on, instead of a body made for the readers. */
  get copies(): boolean {
    return !isHome(this.address)
  }

  get owner(): string {
    return partyOf(this.address)
  }

  /** Everybody but ourselves and the owner. */
  get others(): string[] {
    return partyIds().filter((party) => party !== session().party && party !== this.owner)
  }

  get must_ask(): string[] {
    if (this.owner === session().party || !this.shown?.record) return []
    return notAllowed(this.said.readers, this.owner, this.shown.record.label as object)
  }

  put = (changes: Partial<Conditions>) => {
    this.said = { ...this.said, ...changes }
    this.problems = {}
    this.problem = ''
    clearTimeout(this.soon)
    this.soon = setTimeout(() => void this.preview(), PREVIEW_AFTER_MS)
  }

  setFlash = (flash: boolean) => (this.flash = flash)

  // Preview -----------------------------------------------------------------------------------

  private async preview() {
    const mine = ++this.asked
    const { groups, problems } = groupsOf(this.said, nowUs())
    if (Object.keys(problems).length || this.must_ask.length) {
      this.shadows = []
      return
    }
    try {
      const shadows = await Promise.all(groups.map(async (group) => ({ ...group, raw: await this.previewOf(group) })))
      if (mine === this.asked) this.shadows = shadows
    } catch (error) {
      if (mine === this.asked) this.refused(error)
    }
  }

  private async previewOf(group: Group): Promise<string> {
    return (await post<{ bytes: string }>('/api/preview', { address: this.address, label: group.label })).bytes
  }

  private refused(error: unknown) {
    const field = error instanceof Problem ? conditionAt(error.where) : null
    if (field && error instanceof Problem) this.problems = { [field]: sentence(error.what) }
    else this.problem = problemText(error)
  }

  // Signing -----------------------------------------------------------------------------------

  private read = async () => {
    const { groups, problems } = groupsOf(this.said, nowUs())
    this.problems = problems
    if (Object.keys(problems).length || this.busy) return
    this.busy = true
    this.problem = ''
    try {
      const kind = this.copies ? undefined : nounOf(this.shown?.record?.kind ?? '')
      const ready: Ready[] = []
      for (const group of groups) {
        const asked = { act: 'release' as const, address: this.address, kind, label: group.label, flash: this.flash, why: this.why.trim() }
        ready.push({ readers: group.readers, signing: await prepare(asked), address: '' })
      }
      this.ready = ready
    } catch (error) {
      this.refused(error)
      this.tellAsked(error)
    }
    this.busy = false
  }

  /** The label said no, and its owner has been asked: that is news for the record's own view. */
  private tellAsked(error: unknown) {
    if (!(error instanceof Problem) || !this.must_ask.length || error.error !== 'refused') return
    this.problem = t('release.asked', { owner: partyName(this.owner) })
    this.asked_owner = true
    this.tell('toguna-asked')
  }

  private sign = async () => {
    this.busy = true
    this.problem = ''
    try {
      for (const one of this.ready.filter((ready) => !ready.address)) {
        const { address } = await one.signing.sign()
        one.address = address
        toast(t('release.sent', { parties: one.readers.map(partyName).join(', '), address }), 'good')
      }
      this.dialog.close()
    } catch (error) {
      const gone = this.ready.filter((one) => one.address).flatMap((one) => one.readers)
      const left = gone.length ? t('release.partly', { parties: gone.map(partyName).join(', ') }) : t('signing.failed')
      this.problem = `${left} ${problemText(error)}`
    }
    this.busy = false
    this.tell('toguna-released')
  }

  private back = () => {
    // What has left already is not signed a second time.
    const gone = this.ready.filter((one) => one.address).flatMap((one) => one.readers)
    this.has_it = [...this.has_it, ...gone]
    this.said = { ...this.said, readers: this.said.readers.filter((reader) => !gone.includes(reader)) }
    this.ready = []
    this.problem = ''
  }

  // Showing -----------------------------------------------------------------------------------

  private renderShadows() {
    const home = this.shown?.record?.body ?? {}
    if (this.must_ask.length) return html`<p class="soft">${t('release.preview_asking', { owner: partyName(this.owner) })}</p>`
    if (!this.shadows.length) return html`<p class="soft">${t('release.preview_none')}</p>`
    return this.shadows.map(
      (one) => html`<section class="card">
        <toguna-release-preview .home=${home} raw=${one.raw} .readers=${one.readers}></toguna-release-preview>
      </section>`,
    )
  }

  private renderChoosing() {
    const asking = this.must_ask.length > 0
    const next = asking ? t('release.ask', { owner: partyName(this.owner) }) : t('release.read')
    return html`<div class="sides">
        <div>${renderConditions(this)}</div>
        <div class="preview"><h2>${t('release.preview')}</h2>${this.renderShadows()}</div>
      </div>
      ${this.renderProblem()}
      <footer class="row">
        ${this.asked_owner
          ? html`<button class="main" @click=${() => this.dialog.close()}>${t('parts.close')}</button>`
          : html`<button @click=${() => this.dialog.close()}>${t('parts.cancel')}</button>
              <button class="main" data-next ?disabled=${this.busy || !this.shown} @click=${this.read}>${next}</button>`}
      </footer>`
  }

  private renderReady() {
    const home = this.shown?.record?.body ?? {}
    return html`<div class="ready">
        ${this.ready.map(
          (one) => html`<section class="card">
                <toguna-release-preview
              .home=${home} raw=${one.signing.prepared.raw} .readers=${one.readers} bytes_open
            ></toguna-release-preview>
          </section>`,
        )}
      </div>
      <p class="checked small"><toguna-icon name="check"></toguna-icon>${t('signing.reread')}</p>
      ${this.renderProblem()}
      <footer class="row">
        <button ?disabled=${this.busy} @click=${this.back}>${t('release.change')}</button>
        <button class="main" data-sign ?disabled=${this.busy} @click=${this.sign}>
          <toguna-icon name="sign"></toguna-icon>${t(this.busy ? 'release.signing' : 'release.sign')}
        </button>
      </footer>`
  }

  private renderProblem() {
    return this.problem ? html`<p class="notice ${this.asked_owner ? '' : 'bad'}" role="alert" data-problem>${this.problem}</p>` : nothing
  }

  override render() {
    const pass = this.owner !== session().party
    const key = pass ? 'release.title_pass' : this.copies ? 'release.title_late' : 'release.title'
    return html`<toguna-dialog label=${t(key, { address: this.address })} wide @toguna-closed=${() => this.remove()}>
      ${this.ready.length ? this.renderReady() : this.renderChoosing()}
    </toguna-dialog>`
  }
}
define('toguna-release-dialog', TogunaReleaseDialog)
