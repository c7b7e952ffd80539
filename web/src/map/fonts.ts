/** The map's letters: Noto Sans out of the page itself. MapLibre draws them by `font-faces`;
 *  it has no `glyphs` address to ask. A file is fetched when a letter of its range is drawn. */

import italic from '@fontsource/noto-sans/files/noto-sans-latin-400-italic.woff2?url'
import regular from '@fontsource/noto-sans/files/noto-sans-latin-400-normal.woff2?url'
import semibold from '@fontsource/noto-sans/files/noto-sans-latin-600-normal.woff2?url'
import regularMore from '@fontsource/noto-sans/files/noto-sans-latin-ext-400-normal.woff2?url'
import semiboldMore from '@fontsource/noto-sans/files/noto-sans-latin-ext-600-normal.woff2?url'
import type { StyleSpecification } from 'maplibre-gl'

/** What the files with western letters cover; the others take the rest. */
const LATIN = ['U+0-FF', 'U+131', 'U+152-153', 'U+2BB-2BC', 'U+2C6', 'U+2DA', 'U+2DC', 'U+2000-206F', 'U+20AC', 'U+2122', 'U+2212']
const REST = ['U+100-10FFFF']

const absolute = (url: string) => new URL(url, document.baseURI).href

export const REGULAR = ['Map Regular']
export const SEMIBOLD = ['Map SemiBold']
export const ITALIC = ['Map Italic']

/** The `font-faces` of a style. */
export function fontFaces(): NonNullable<StyleSpecification['font-faces']> {
  const face = (latin: string, more: string) => [
    { url: absolute(latin), 'unicode-range': LATIN },
    { url: absolute(more), 'unicode-range': REST },
  ]
  return {
    'Map Regular': face(regular, regularMore),
    'Map SemiBold': face(semibold, semiboldMore),
    'Map Italic': face(italic, regularMore),
  }
}
