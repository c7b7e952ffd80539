/** Symbols of MIL-STD-2525 for positions whose owner gave a code. The library is large: it comes
 *  when the first code does. Frames say neutral or unknown, whatever the code: whose a thing is,
 *  its colour and letters say, and nobody is drawn as an enemy. */

type Library = typeof import('milsymbol')

const SIZE = 13
const TURNS = 16

export interface Military {
  image: HTMLCanvasElement
  /** From the image's corner to the place, in CSS pixels. */
  x: number
  y: number
  width: number
  height: number
}

let library: Library | undefined
let coming: Promise<unknown> | undefined
const kept = new Map<string, Military | null>()

/** The code with a frame that is neutral, or unknown where the code says unknown or pending. */
export function framed(written: string): string {
  const code = written.replaceAll('*', '-')
  if (/^\d{20,30}$/.test(code)) return code.slice(0, 3) + ('01'.includes(code[3]!) ? '1' : '4') + code.slice(4)
  if (/^[A-Z][A-Z][A-Z-]{8,13}/.test(code)) return code[0]! + ('UPGW'.includes(code[1]!) ? 'U' : 'N') + code.slice(2)
  return ''
}

/** The symbol of a code, pointing where it moves; null where there is none, or not yet. */
export function military(code: string, track: number | null): Military | null {
  const plain = framed(code)
  if (!plain) return null
  if (!library) {
    coming ??= import('milsymbol').then((found) => void (library = found), () => undefined)
    return null
  }
  const turn = track === null ? -1 : Math.round((track * TURNS) / 360) % TURNS
  const key = `${plain}|${turn}`
  if (!kept.has(key)) kept.set(key, drawn(library, plain, turn))
  return kept.get(key)!
}

function drawn(milsymbol: Library, sidc: string, turn: number): Military | null {
  const direction = turn < 0 ? {} : { direction: (360 / TURNS) * turn }
  const symbol = new milsymbol.default.Symbol(sidc, { size: SIZE, outlineWidth: 2, outlineColor: 'white', infoFields: false, ...direction })
  if (!symbol.isValid()) return null
  const image = symbol.asCanvas(2)
  const { x, y } = symbol.getAnchor()
  const { width, height } = symbol.getSize()
  return { image, x, y, width, height }
}
