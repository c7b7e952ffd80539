/** Signs of reports and groups as small pictures, drawn once each and kept. */

import { GLYPHS } from './glyphs'
import { partyShades, shadesOf, type MapTheme } from './palette'

type Pen = CanvasRenderingContext2D
const RATIO = Math.min(2, globalThis.devicePixelRatio || 1) > 1 ? 2 : 1.5
const MOST = 600

export interface Sign {
  image: HTMLCanvasElement
  /** Half of its side, in CSS pixels. */
  half: number
}

/** A disc on the canvas. */
export function disc(pen: Pen, x: number, y: number, radius: number, fill: string): void {
  pen.fillStyle = fill
  pen.beginPath()
  pen.arc(x, y, radius, 0, 2 * Math.PI)
  pen.fill()
}

/** A sign of lines, `size` across, around a point. */
export function glyph(pen: Pen, name: string, x: number, y: number, size: number, ink: string, width = 2): void {
  pen.save()
  pen.translate(x - size / 2, y - size / 2)
  pen.scale(size / 24, size / 24)
  pen.strokeStyle = ink
  pen.lineWidth = width
  pen.lineCap = pen.lineJoin = 'round'
  pen.stroke(new Path2D(GLYPHS[name] ?? GLYPHS['other']))
  pen.restore()
}

/** The signs of one theme and one set of parties. */
export class Signs {
  private readonly kept = new Map<string, Sign>()
  private readonly colors

  constructor(
    private readonly theme: MapTheme,
    parties: readonly string[],
  ) {
    this.colors = partyShades(parties, theme)
  }

  /** The colour of a party's marks. */
  colorOf(party: string): string {
    return this.colors.get(party)?.mark ?? shadesOf(this.theme).inkSoft
  }

  private sign(key: string, side: number, draw: (pen: Pen, middle: number) => void): Sign {
    const known = this.kept.get(key)
    if (known) return known
    if (this.kept.size >= MOST) this.kept.clear()
    const image = document.createElement('canvas')
    image.width = image.height = Math.ceil(side * RATIO)
    const pen = image.getContext('2d')!
    pen.scale(RATIO, RATIO)
    draw(pen, side / 2)
    const sign = { image, half: side / 2 }
    this.kept.set(key, sign)
    return sign
  }

  /** One report: the sign of its category in the ring of its owner. */
  mark(category: string, party: string, chosen = false): Sign {
    const shades = shadesOf(this.theme)
    return this.sign(`${category}|${party}|${chosen}`, 40, (pen, at) => {
      shadow(pen)
      if (chosen) disc(pen, at, at, 16.5, shades.mark)
      disc(pen, at, at, 13, this.colorOf(party))
      pen.shadowColor = 'transparent'
      disc(pen, at, at, 10.4, shades.halo)
      glyph(pen, category, at, at, 14.5, shades.ink, 2.1)
      this.letters(pen, party, at, at + 13.5)
    })
  }

  /** The letters of a party alone, to stand below something else. */
  tag(party: string): Sign {
    return this.sign(`tag|${party}`, 26, (pen, at) => this.letters(pen, party, at, at))
  }

  /** Whose it is in letters too: colours alone would leave some people out. */
  private letters(pen: Pen, party: string, x: number, y: number): void {
    const shades = shadesOf(this.theme)
    const text = party.slice(0, 4).toUpperCase()
    pen.font = "600 7.5px 'Noto Sans', sans-serif"
    const width = pen.measureText(text).width + 5
    pen.fillStyle = this.colorOf(party)
    pen.beginPath()
    pen.roundRect(x - width / 2, y - 4.5, width, 9, 3)
    pen.fill()
    pen.fillStyle = shades.halo
    pen.textAlign = 'center'
    pen.textBaseline = 'middle'
    pen.fillText(text, x, y + 0.5)
  }

  /**
   * Many: a ring that shows whose they are, and how many. Only the disc is kept as a picture: the
   * numbers change with every step of the time slider.
   */
  putGroup(pen: Pen, x: number, y: number, count: number, shares: Uint32Array, parties: readonly string[]): void {
    const shades = shadesOf(this.theme)
    const radius = radiusOf(count)
    Signs.put(pen, this.plate(radius), x, y)
    let from = -Math.PI / 2
    pen.lineWidth = 4
    for (let party = 0; party < shares.length; party++) {
      if (!shares[party]) continue
      const to = from + (2 * Math.PI * shares[party]!) / count
      pen.strokeStyle = this.colorOf(parties[party] ?? '')
      pen.beginPath()
      pen.arc(x, y, radius - 2, from, to)
      pen.stroke()
      from = to
    }
    const text = short(count)
    pen.fillStyle = shades.ink
    pen.font = text.length > 3 ? SMALL : LARGE
    pen.textAlign = 'center'
    pen.textBaseline = 'middle'
    pen.fillText(text, x, y + 0.5)
  }

  /** The disc of a group with its shadow. */
  private plate(radius: number): Sign {
    const shades = shadesOf(this.theme)
    return this.sign(`plate|${radius}`, 2 * radius + 10, (pen, at) => {
      shadow(pen)
      disc(pen, at, at, radius, shades.halo)
    })
  }

  /** A group as a picture, for the legend. */
  group(count: number, shares: Uint32Array, parties: readonly string[]): Sign {
    const side = 2 * radiusOf(count) + 10
    return this.sign(`group|${count}`, side, (pen, at) => this.putGroup(pen, at, at, count, shares, parties))
  }

  /** Draw a sign around a point. */
  static put(pen: Pen, sign: Sign, x: number, y: number): void {
    pen.drawImage(sign.image, x - sign.half, y - sign.half, 2 * sign.half, 2 * sign.half)
  }
}

const LARGE = "600 11.5px 'Noto Sans', sans-serif"
const SMALL = "600 10.5px 'Noto Sans', sans-serif"

/** Whole pixels, so that few discs are kept. */
function radiusOf(count: number): number {
  return Math.round(13 + Math.min(11, Math.log10(count) * 3.6))
}

function shadow(pen: Pen): void {
  pen.shadowColor = 'rgb(0 0 0 / 38%)'
  pen.shadowBlur = 4 * RATIO
  pen.shadowOffsetY = 1.5 * RATIO
}

/** `12`, `1.2k`, `34k`: as many as fit into a ring. */
export function short(count: number): string {
  if (count < 1000) return String(count)
  const kilo = count / 1000
  return kilo < 10 ? `${kilo.toFixed(1).replace(/\.0$/, '')}k` : `${Math.round(kilo)}k`
}
