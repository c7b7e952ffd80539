/**
 * What moves and changes is drawn on a plain canvas above the map: reports, positions, circles,
 * the measure. So a filter or a second of positions costs no frame of WebGL, and machines
 * without a graphics card keep up.
 */

import type { Frame } from './mercator'

/** Draws its things; `pen` counts in CSS pixels from the left upper corner. */
export type Painter = (pen: CanvasRenderingContext2D, frame: Frame) => void

export class Overlay {
  readonly canvas = document.createElement('canvas')
  private readonly painters: { order: number; paint: Painter }[] = []
  private readonly pen = this.canvas.getContext('2d')!
  private frame?: Frame
  private asked = 0

  /** Draw this too; lower orders lie below. What is returned takes it away. */
  add(order: number, paint: Painter): () => void {
    const painter = { order, paint }
    this.painters.push(painter)
    this.painters.sort((a, b) => a.order - b.order)
    return () => {
      this.painters.splice(this.painters.indexOf(painter), 1)
      this.redraw()
    }
  }

  /** Draw for this frame, at once. */
  draw(frame: Frame): void {
    this.frame = frame
    cancelAnimationFrame(this.asked)
    this.asked = 0
    const ratio = Math.min(2, devicePixelRatio || 1)
    const [width, height] = [Math.round(frame.width * ratio), Math.round(frame.height * ratio)]
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width
      this.canvas.height = height
    }
    this.pen.setTransform(1, 0, 0, 1, 0, 0)
    this.pen.clearRect(0, 0, width, height)
    this.pen.setTransform(ratio, 0, 0, ratio, 0, 0)
    for (const { paint } of this.painters) {
      this.pen.save()
      paint(this.pen, frame)
      this.pen.restore()
    }
  }

  /** Draw again before the next frame of the page. */
  redraw(): void {
    if (this.asked || !this.frame) return
    this.asked = requestAnimationFrame(() => {
      this.asked = 0
      if (this.frame) this.draw(this.frame)
    })
  }

  close(): void {
    cancelAnimationFrame(this.asked)
    this.painters.length = 0
  }
}
