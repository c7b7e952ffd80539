/** Opens the dialogs by which records leave the house, and come back. Loaded lazily. */

import type { TogunaReleaseDialog } from './release-dialog'
import './release-dialog'
import type { TogunaRecallDialog } from './recall-dialog'
import './recall-dialog'

/** To whom shall this record go? Also for a late reader, and for passing on. */
export function release(address: string, how: { flash?: boolean } = {}): void {
  const dialog = document.createElement('toguna-release-dialog') as TogunaReleaseDialog
  document.body.append(dialog)
  void dialog.open(address, how.flash)
}

/** Call this released record of ours back. */
export function recall(address: string): void {
  const dialog = document.createElement('toguna-recall-dialog') as TogunaRecallDialog
  document.body.append(dialog)
  void dialog.open(address)
}
