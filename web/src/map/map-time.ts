/** `<toguna-map-time>`: a window over the time of what is on the map, with how much there is when. */

import { css, html, nothing } from 'lit'

import { define, DeskElement } from '../house/element'
import { day, moment, number } from '../house/shape'
import { t } from '../house/words'
import { base } from '../parts/base'
import '../parts/icon'
import type { Filter, Picture } from './picture'

const DAY_US = 86_400_000_000
const BINS = 120
const STEPS = 1000
const PLAY_MS = 10_000

type Window = [from: number, to: number]

export class TogunaMapTime extends DeskElement {
  static override properties = {
    picture: { attribute: false },
    filter: { attribute: false },
    shown: { type: Number },
    version: { type: Number },
    playing: { state: true },
  }
  static override styles = [
    base,
    css`
      :host {
        display: block;
        background: var(--paper-raised);
        border: 1px solid var(--line);
        border-radius: var(--radius);
        box-shadow: var(--shadow);
        padding: 6px 12px 8px;
        --thumb: 18px;
      }
      .row {
        display: flex;
        align-items: center;
        gap: 6px 12px;
        flex-wrap: wrap;
      }
      .row button {
        min-height: 28px;
        padding: 1px 9px;
        font-size: 0.8125rem;
      }
      .said {
        font-variant-numeric: tabular-nums;
        margin-right: auto;
      }
      .track {
        position: relative;
        height: 46px;
        margin: 4px calc(var(--thumb) / 2) 0;
      }
      svg {
        position: absolute;
        inset: 0 0 9px;
        width: 100%;
        height: calc(100% - 9px);
        display: block;
      }
      .bar {
        fill: var(--line-strong);
        opacity: 0.45;
      }
      .bar.in {
        fill: var(--mark);
        opacity: 1;
      }
      .rail {
        position: absolute;
        left: 0;
        right: 0;
        bottom: 7px;
        height: 4px;
        border-radius: 2px;
        background: var(--line);
      }
      .rail span {
        position: absolute;
        height: 100%;
        background: var(--mark);
        border-radius: 2px;
      }
      input {
        position: absolute;
        left: calc(var(--thumb) / -2);
        width: calc(100% + var(--thumb));
        max-width: none;
        bottom: 0;
        height: 18px;
        min-height: 0;
        margin: 0;
        padding: 0;
        appearance: none;
        background: none;
        border: 0;
        pointer-events: none;
      }
      input::-webkit-slider-runnable-track {
        background: none;
      }
      input::-moz-range-track {
        background: none;
      }
      input::-webkit-slider-thumb {
        appearance: none;
        pointer-events: auto;
        width: var(--thumb);
        height: var(--thumb);
        border-radius: 50%;
        background: var(--paper-raised);
        border: 3px solid var(--mark);
        cursor: ew-resize;
      }
      input::-moz-range-thumb {
        pointer-events: auto;
        width: 12px;
        height: 12px;
        border-radius: 50%;
        background: var(--paper-raised);
        border: 3px solid var(--mark);
      }
      .ends {
        display: flex;
        justify-content: space-between;
        font-size: 0.75rem;
        color: var(--ink-soft);
      }
      @media (pointer: coarse) {
        :host {
          --thumb: 28px;
        }
        .row button {
          min-height: 40px;
        }
      }
    `,
  ]
  picture!: Picture
  filter!: Filter
  /** How many rows the window lets through. */
  shown = 0
  version = 0
  private playing = 0

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.stop()
  }

  /** From the first to the last moment of what is there; a little more, so that the last counts. */
  private get span(): Window {
    const [first, last] = this.picture.span() ?? [0, 1]
    return [first, Math.max(last, first + DAY_US)]
  }

  private get window(): Window {
    const [first, last] = this.span
    return [Math.max(first, this.filter.from_us), Math.min(last, this.filter.to_us)]
  }

  private choose(from: number, to: number): void {
    const [first, last] = this.span
    const all = from <= first && to >= last
    this.tell('toguna-window', all ? null : [from, to])
  }

  private moved(end: 0 | 1) {
    return (event: Event) => {
      const [first, last] = this.span
      const at = first + (Number((event.target as HTMLInputElement).value) / STEPS) * (last - first)
      const [from, to] = this.window
      if (end === 0) this.choose(Math.min(at, to), to)
      else this.choose(from, Math.max(at, from))
    }
  }

  private latest(us: number): void {
    const [, last] = this.span
    this.choose(last - us, last)
  }

  /** Move the window through all of time; it keeps its length. */
  private play(): void {
    if (this.playing) return this.stop()
    const [first, last] = this.span
    const [from, to] = this.window
    const length = to - from >= (last - first) * 0.95 ? (last - first) / 8 : to - from
    const begin = to >= last ? first : from
    const began = performance.now()
    const step = (now: number) => {
      const at = begin + ((now - began) / PLAY_MS) * (last - first)
      this.choose(at, Math.min(last, at + length))
      if (at + length >= last) this.stop()
      else this.playing = requestAnimationFrame(step)
    }
    this.playing = requestAnimationFrame(step)
  }

  private stop(): void {
    cancelAnimationFrame(this.playing)
    this.playing = 0
  }

  override render() {
    const [from, to] = this.window
    return html`<div class="row">
        <button type="button" aria-label=${t(this.playing ? 'map.pause' : 'map.play')} @click=${() => this.play()}>
          <toguna-icon name=${this.playing ? 'pause' : 'play'}></toguna-icon>
        </button>
        <span class="said">
          ${t('map.from')} <strong>${moment(from)}</strong> ${t('map.to')} <strong>${moment(to)}</strong> ·
          ${t('map.shown', { n: number(this.shown), all: number(this.picture.count) })}
        </span>
        ${this.ranges()}
      </div>
      ${this.track()}`
  }

  private ranges() {
    const one = (text: string, us: number) => html`<button type="button" @click=${() => this.latest(us)}>${text}</button>`
    return html`${one(t('map.hours', { n: 24 }), DAY_US)} ${one(t('map.days', { n: 7 }), 7 * DAY_US)}
      ${one(t('map.days', { n: 30 }), 30 * DAY_US)}
      <button type="button" @click=${() => this.tell('toguna-window', null)}>${t('map.all_time')}</button>`
  }

  private track() {
    const [first, last] = this.span
    const [from, to] = this.window
    const share = (us: number) => (us - first) / (last - first)
    const slider = (end: 0 | 1, us: number, label: string) => html`<input
      type="range"
      min="0"
      max=${STEPS}
      data-end=${end}
      aria-label=${label}
      aria-valuetext=${moment(us)}
      .value=${String(Math.round(share(us) * STEPS))}
      @input=${this.moved(end)}
    />`
    return html`<div class="track">
        ${this.bars([share(from), share(to)])}
        <div class="rail">
          <span .style=${`left:${100 * share(from)}%;right:${100 * (1 - share(to))}%`}></span>
        </div>
        ${slider(0, from, t('map.from'))}${slider(1, to, t('map.to'))}
      </div>
      <div class="ends"><span>${day(first)}</span><span>${day(last)}</span></div>`
  }

  private bars([from, to]: [number, number]) {
    const counts = this.picture.histogram(this.filter, this.span, BINS)
    const most = Math.max(1, ...counts)
    const path = (inside: boolean) =>
      [...counts]
        .map((n, i) => ({ n, i, in: (i + 1) / BINS > from && i / BINS < to }))
        .filter((bar) => bar.n > 0 && bar.in === inside)
        .map((bar) => `M${bar.i},40v${-Math.max(1.5, (38 * Math.sqrt(bar.n)) / Math.sqrt(most)).toFixed(1)}h.84V40z`)
        .join('')
    return html`<svg viewBox="0 0 ${BINS} 40" preserveAspectRatio="none" role="img" aria-label=${t('map.histogram')}>
      ${nothing}
      <path class="bar" d=${path(false)}></path>
      <path class="bar in" d=${path(true)}></path>
    </svg>`
  }
}
define('toguna-map-time', TogunaMapTime)
