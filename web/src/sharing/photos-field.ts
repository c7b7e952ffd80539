/** `<toguna-photos-field>`: pictures that go home at once, cleaned there of what they tell
 *  besides the picture, and are named in the report by their digest. */

import { css, html, nothing } from 'lit'

import { post } from '../house/api'
import { define, DeskElement } from '../house/element'
import { bytes } from '../house/shape'
import { t } from '../house/words'
import { base } from '../parts/base'
import '../parts/icon'
import { problemText } from '../parts/toast'
import type { Picture } from './report-draft'
import type { FormView } from './report-fields'
import './words.form'

interface FileShown {
  digest: string
  bytes: number
  exif_removed: boolean
}

export class TogunaPhotosField extends DeskElement {
  static override properties = {
    pictures: { attribute: false },
    form: { attribute: false },
    sending: { state: true },
    failed: { state: true },
    cleaned: { state: true },
  }
  static override styles = [
    base,
    css`
      ul {
        list-style: none;
        padding: 0;
        margin: 0 0 8px;
        display: grid;
        gap: 8px;
      }
      li {
        display: grid;
        grid-template-columns: 56px 1fr auto;
        gap: 10px;
        align-items: center;
      }
      img {
        width: 56px;
        height: 56px;
        object-fit: cover;
        border-radius: var(--radius);
        background: var(--paper-sunk);
      }
      .button {
        cursor: pointer;
      }
      .button:focus-within {
        outline: 3px solid var(--focus);
        outline-offset: 2px;
      }
      p {
        margin: 8px 0;
      }
    `,
  ]
  pictures: Picture[] = []
  form!: FormView
  sending: string[] = []
  failed: string[] = []
  cleaned = new Map<string, boolean>()

  private add = async (event: Event) => {
    const input = event.target as HTMLInputElement
    const files = [...(input.files ?? [])]
    input.value = ''
    this.failed = []
    for (const file of files) await this.bring(file)
  }

  private async bring(file: File) {
    this.sending = [...this.sending, file.name]
    try {
      const kept = await post<FileShown>('/api/files', file, { headers: { 'content-type': 'application/octet-stream' } })
      this.cleaned = new Map(this.cleaned).set(kept.digest, kept.exif_removed)
      const others = this.form.draft.evidence.filter((one) => one.digest !== kept.digest)
      this.form.put({ evidence: [...others, { digest: kept.digest, name: file.name, bytes: kept.bytes }] })
    } catch (error) {
      this.failed = [...this.failed, t('form.photo_failed', { name: file.name, why: problemText(error) })]
    }
    this.sending = this.sending.filter((name) => name !== file.name)
  }

  private drop(digest: string) {
    this.form.put({ evidence: this.form.draft.evidence.filter((one) => one.digest !== digest) })
  }

  private said(digest: string): string {
    const cleaned = this.cleaned.get(digest)
    return t(cleaned === undefined ? 'form.photo_known' : cleaned ? 'form.photo_clean' : 'form.photo_plain')
  }

  private renderPicture(one: Picture) {
    const size = one.bytes ? ` · ${bytes(one.bytes)}` : ''
    return html`<li data-digest=${one.digest}>
      <img src="/api/files/${one.digest}" alt="" loading="lazy" />
      <span>
        <span class="cut">${one.name}</span><br />
        <span class="soft small">${this.said(one.digest)}${size} · <span class="mono">${one.digest.slice(0, 12)}</span></span>
      </span>
      <button type="button" class="plain" aria-label=${t('form.photo_remove', { name: one.name })} @click=${() => this.drop(one.digest)}>
        <toguna-icon name="close"></toguna-icon>
      </button>
    </li>`
  }

  override render() {
    return html`${this.pictures.length ? html`<ul>${this.pictures.map((one) => this.renderPicture(one))}</ul>` : nothing}
      ${this.sending.map((name) => html`<p class="soft" role="status">${t('form.photo_sending', { name })}</p>`)}
      ${this.failed.map((text) => html`<p class="notice bad" role="alert">${text}</p>`)}
      <label class="button">
        <toguna-icon name="camera"></toguna-icon>${t('form.photo_add')}
        <input class="unseen" type="file" name="photos" multiple accept="image/jpeg,image/png,image/webp" @change=${this.add} />
      </label>
      <p class="soft small">${t('form.photos_hint')}</p>`
  }
}
define('toguna-photos-field', TogunaPhotosField)
