/** The node's time. A device whose clock is wrong would otherwise show wrong ages. */

import type { ReactiveController, ReactiveControllerHost } from 'lit'

let ahead_us = 0

/** Now by the node's clock, microseconds since the epoch. */
export function nowUs(): number {
  return Date.now() * 1000 + ahead_us
}

/** Take over the node's time as it was said just now. */
export function setNodeTime(now_us: number): void {
  ahead_us = now_us - Date.now() * 1000
}

/** How far the node's clock is ahead of this device's, microseconds. */
export function clockAhead(): number {
  return ahead_us
}

/** Renders its element again every `every_ms`, while it is there. */
export class Ticks implements ReactiveController {
  private timer?: ReturnType<typeof setInterval>

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly every_ms: number,
  ) {
    host.addController(this)
  }

  hostConnected(): void {
    this.timer = setInterval(() => this.host.requestUpdate(), this.every_ms)
  }

  hostDisconnected(): void {
    clearInterval(this.timer)
  }
}
