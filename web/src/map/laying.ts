/** What is laid on the map beside reports: lines and areas of the domains, files of the member. */

import { language } from '../house/words'
import { droppedLayers, kindsOf, listFiles, openFile, sourceOf, type Dropped, type MapFile } from './dropins'
import type { Laid } from './feeds'
import type { Scene } from './scene'
import { areaLayers, boundaryLayers, featuresOf } from './shapes'

export class Laying {
  files: MapFile[] = []
  private readonly hidden = new Set<string>()
  private readonly laid = new Map<string, Laid>()
  private readonly dropped = new Map<string, Dropped>()

  constructor(private readonly scene: Scene) {}

  isShown(id: string): boolean {
    return !this.hidden.has(id)
  }

  /** Show or hide a layer or a file. */
  toggle(id: string): void {
    if (!this.hidden.delete(id)) this.hidden.add(id)
    this.replace()
    this.scene.canvas.refresh()
  }

  /** A member's own rivers and lakes take the place of those of the base map. */
  private replace(): void {
    const kinds = new Set([...this.dropped.values()].filter((d) => this.isShown(sourceOf(d.file))).flatMap(kindsOf))
    const { absent } = this.scene.canvas
    absent.clear()
    if (kinds.has('river')) absent.add('rivers')
    if (kinds.has('water')) absent.add('lakes').add('shores')
  }

  /** Draw the lines or areas of a layer as they are now. */
  shapes(laid: Laid): void {
    const { table, drawn_as } = laid.layer
    const first = !this.laid.has(table)
    this.laid.set(table, laid)
    if (first) {
      const layers = drawn_as === 'area' ? areaLayers : boundaryLayers
      const source = { type: 'geojson' as const, data: featuresOf(laid, language()), tolerance: 0.4 }
      this.scene.canvas.add('data', table, { [table]: source }, (look) => layers(table, look, this.isShown(table)))
      this.scene.openable.add(table)
    } else {
      this.scene.set(table, featuresOf(laid, language()))
    }
  }

  /** Lay the member's own maps under the names; called again, only what is new. */
  async lay(): Promise<void> {
    this.files = await listFiles()
    for (const file of this.files) {
      if (file.type === 'unknown' || this.dropped.has(file.sha256)) continue
      const dropped = await openFile(file)
      this.dropped.set(file.sha256, dropped)
      const id = sourceOf(file)
      this.replace()
      this.scene.canvas.add('dropped', id, { [id]: dropped.source }, (look) => droppedLayers(dropped, look, this.isShown(id)))
    }
  }

  /** The names in the language that is spoken now. */
  refresh(): void {
    for (const laid of this.laid.values()) this.scene.set(laid.layer.table, featuresOf(laid, language()))
  }
}
