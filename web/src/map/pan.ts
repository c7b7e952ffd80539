/**
 * Moving the map on a machine that draws WebGL in software, where one frame takes a tenth of a
 * second: the drawn map is moved as it is, like paper under the hand, and drawn anew when the
 * hand rests or nearly half of the screen has come into view. What lies on the overlay keeps its
 * place in every frame.
 */

import type { Map as MapLibre } from 'maplibre-gl'

const REST_MS = 400
const SHARE = 0.45

export class PaperPan {
  /** How far the hand is ahead of what is drawn, in pixels. */
  dx = 0
  dy = 0
  private from?: { id: number; x: number; y: number }
  private fingers = new Set<number>()
  private resting = 0
  private pending = false
  private readonly target: HTMLElement

  constructor(
    private readonly map: MapLibre,
    private readonly moved: (away: boolean) => void,
  ) {
    map.dragPan.disable()
    this.target = map.getCanvasContainer()
    this.target.addEventListener('pointerdown', this.down)
    this.target.style.touchAction = 'none'
  }

  private readonly down = (event: PointerEvent) => {
    this.fingers.add(event.pointerId)
    addEventListener('pointermove', this.move)
    addEventListener('pointerup', this.up)
    addEventListener('pointercancel', this.up)
    const plain = event.button === 0 && !event.shiftKey && !event.ctrlKey
    this.from = plain && this.fingers.size === 1 ? { id: event.pointerId, x: event.clientX, y: event.clientY } : undefined
  }

  private readonly move = (event: PointerEvent) => {
    if (!this.from || event.pointerId !== this.from.id) return
    this.dx += event.clientX - this.from.x
    this.dy += event.clientY - this.from.y
    this.from = { id: event.pointerId, x: event.clientX, y: event.clientY }
    this.shift()
    clearTimeout(this.resting)
    const { clientWidth: width, clientHeight: height } = this.map.getContainer()
    if (Math.abs(this.dx) > width * SHARE || Math.abs(this.dy) > height * SHARE) this.redraw()
    else this.resting = window.setTimeout(() => this.redraw(), REST_MS)
  }

  private readonly up = (event: PointerEvent) => {
    this.fingers.delete(event.pointerId)
    if (this.from?.id === event.pointerId) this.from = undefined
    if (this.fingers.size) return
    removeEventListener('pointermove', this.move)
    removeEventListener('pointerup', this.up)
    removeEventListener('pointercancel', this.up)
    this.redraw()
  }

  private shift(): void {
    const away = this.dx !== 0 || this.dy !== 0
    this.target.style.transform = away ? `translate(${this.dx}px, ${this.dy}px)` : ''
    this.moved(away)
  }

  /** Draw the map where the hand has it; the paper goes back in the same frame. */
  private redraw(): void {
    clearTimeout(this.resting)
    if (this.pending || (!this.dx && !this.dy)) return
    const { clientWidth: width, clientHeight: height } = this.map.getContainer()
    const [dx, dy] = [this.dx, this.dy]
    this.pending = true
    this.map.once('render', () => {
      this.pending = false
      this.dx -= dx
      this.dy -= dy
      this.shift()
    })
    this.map.jumpTo({ center: this.map.unproject([width / 2 - dx, height / 2 - dy]) })
  }

  close(): void {
    clearTimeout(this.resting)
    this.target.removeEventListener('pointerdown', this.down)
    removeEventListener('pointermove', this.move)
    removeEventListener('pointerup', this.up)
    removeEventListener('pointercancel', this.up)
  }
}
