/** `<toguna-field-photos>`: photos from the camera or the files, made smaller at once. */

import { css, html, nothing } from 'lit'

import { define, DeskElement } from '../house/element'
import { bytes } from '../house/shape'
import { t } from '../house/words'
import { base } from '../parts/base'
import '../parts/icon'
import { MOST_PHOTOS, type Photo } from './field-report-body'
import { PHOTO_TYPES, smaller } from './photo'
import './words'

export class TogunaFieldPhotos extends DeskElement {
  static override properties = { photos: { attribute: false }, error: {}, unread: { state: true } }
  static override styles = [
    base,
    css`
      :host {
        display: block;
        margin: 0 0 14px;
      }
      ul {
        display: flex;
        flex-wrap: wrap;
        gap: var(--gap);
        list-style: none;
        margin: 0 0 var(--gap);
        padding: 0;
      }
      li {
        position: relative;
      }
      img {
        display: block;
        width: 96px;
        height: 96px;
        object-fit: cover;
        border-radius: var(--radius);
        border: 1px solid var(--line-strong);
      }
      li button {
        position: absolute;
        inset: 2px 2px auto auto;
        min-width: 44px;
        min-height: 44px;
        padding: 0;
      }
      .error {
        color: var(--bad);
        font-weight: 600;
      }
    `,
  ]
  photos: Photo[] = []
  error = ''
  unread = false
  private readonly urls = new Map<Blob, string>()

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    for (const url of this.urls.values()) URL.revokeObjectURL(url)
    this.urls.clear()
  }

  override focus(): void {
    this.renderRoot.querySelector('input')?.focus()
  }

  private urlOf(blob: Blob): string {
    let url = this.urls.get(blob)
    if (!url) this.urls.set(blob, (url = URL.createObjectURL(blob)))
    return url
  }

  private readonly add = async (event: Event) => {
    const input = event.target as HTMLInputElement
    const files = [...(input.files ?? [])]
    input.value = ''
    this.unread = false
    for (const file of files) {
      try {
        this.change([...this.photos, { blob: await smaller(file) }])
      } catch {
        this.unread = true
      }
    }
  }

  private change(photos: Photo[]): void {
    this.photos = photos
    this.tell('toguna-photos', photos)
  }

  override render() {
    const error = this.error || (this.unread ? t('field.no_photo') : '')
    return html`<fieldset>
      <legend>${t('field.photos')}</legend>
      ${this.photos.length
        ? html`<ul>
              ${this.photos.map(
                (photo, at) => html`<li>
                  <img src=${this.urlOf(photo.blob)} alt=${t('field.photo_of', { n: at + 1, size: bytes(photo.blob.size) })} />
                  <button
                    type="button"
                    aria-label=${t('field.drop_photo', { n: at + 1 })}
                    @click=${() => this.change(this.photos.filter((one) => one !== photo))}
                  >
                    <toguna-icon name="close"></toguna-icon>
                  </button>
                </li>`,
              )}
            </ul>
            <p class="soft small">${t('field.photo_cleaned')}</p>`
        : nothing}
      <label class="button">
        <toguna-icon name="camera"></toguna-icon>${t('field.add_photo')}
        <input class="unseen" type="file" accept=${PHOTO_TYPES} multiple ?disabled=${this.photos.length >= MOST_PHOTOS} @change=${this.add} />
      </label>
      ${error ? html`<p class="error" role="alert">${error}</p>` : nothing}
    </fieldset>`
  }
}
define('toguna-field-photos', TogunaFieldPhotos)
