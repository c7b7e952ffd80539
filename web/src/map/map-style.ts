/** The look of what stands around and upon the map. */

import { css } from 'lit'

export const mapStyle = css`
  :host {
    display: block;
    position: relative;
    overflow: hidden;
    container-type: size;
    background: var(--paper-sunk);
    font-size: 0.875rem;
  }
  .ground,
  .drawn,
  .backdrop,
  .overlay {
    position: absolute;
    inset: 0;
  }
  .overlay {
    width: 100%;
    height: 100%;
    pointer-events: none;
  }
  .ground:focus-visible {
    outline-offset: -4px;
  }
  .note {
    position: absolute;
    inset: 0;
    display: grid;
    place-content: center;
    gap: 10px;
    justify-items: center;
    background: var(--paper-sunk);
    color: var(--ink-soft);
    text-align: center;
    padding: 20px;
  }
  .card {
    padding: 0;
    box-shadow: var(--shadow);
  }
  .tools {
    position: absolute;
    top: 10px;
    left: 10px;
    display: grid;
    gap: 8px;
    z-index: 3;
  }
  .tools .card {
    display: grid;
    overflow: hidden;
  }
  .tools button {
    border: 0;
    border-radius: 0;
    background: none;
    width: var(--touch);
    height: var(--touch);
    min-height: 0;
    padding: 0;
    display: grid;
    place-items: center;
    color: var(--ink);
  }
  .tools button + button {
    border-top: 1px solid var(--line);
  }
  .tools button:hover {
    background: var(--mark-soft);
  }
  .tools button[aria-pressed='true'],
  .tools button[aria-expanded='true'] {
    background: var(--mark);
    color: var(--mark-ink);
  }
  .tools button:focus-visible {
    outline-offset: -3px;
  }
  .top {
    position: absolute;
    top: 10px;
    left: calc(var(--touch) + 20px);
    right: 10px;
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    align-items: start;
    pointer-events: none;
    z-index: 2;
  }
  .top > * {
    pointer-events: auto;
  }
  .chip.view,
  .count {
    background: var(--paper-raised);
    box-shadow: var(--shadow);
    border-radius: var(--radius);
    padding: 6px 10px;
    font-variant-numeric: tabular-nums;
  }
  .chip.view {
    border-color: var(--warn);
    background: var(--warn-soft);
    color: var(--ink);
    font-weight: 600;
  }
  .foot {
    position: absolute;
    left: 10px;
    right: 10px;
    bottom: 8px;
    display: flex;
    align-items: end;
    gap: 10px;
    pointer-events: none;
    z-index: 2;
  }
  .foot > * {
    pointer-events: auto;
  }
  .scale {
    display: flex;
    align-items: end;
    gap: 8px;
    font-size: 0.75rem;
    color: var(--ink);
    background: color-mix(in srgb, var(--paper-raised) 82%, transparent);
    border-radius: var(--radius);
    padding: 3px 8px 4px;
  }
  .scale .bar {
    border: 2px solid var(--ink);
    border-top: 0;
    height: 6px;
    box-sizing: border-box;
  }
  .scale svg {
    width: 16px;
    height: 22px;
    fill: var(--ink);
  }
  .pointer {
    font-size: 0.75rem;
    background: color-mix(in srgb, var(--paper-raised) 82%, transparent);
    border-radius: var(--radius);
    padding: 3px 8px;
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }
  .pointer .mono {
    font-family: var(--mono);
  }
  .thanks {
    margin-left: auto;
    font-size: 0.6875rem;
    color: var(--ink-soft);
    background: color-mix(in srgb, var(--paper-raised) 82%, transparent);
    border-radius: var(--radius);
    padding: 3px 8px;
    text-align: right;
  }
  .hint {
    position: absolute;
    z-index: 5;
    max-width: 17rem;
    padding: 8px 11px;
    pointer-events: none;
    background: var(--paper-raised);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    box-shadow: var(--shadow);
    font-size: 0.8125rem;
    line-height: 1.4;
  }
  .hint strong {
    display: block;
  }
  .hint ul {
    margin: 4px 0 0;
    padding: 0;
    list-style: none;
  }
  .hint li {
    display: flex;
    justify-content: space-between;
    gap: 12px;
  }
  .task {
    position: absolute;
    z-index: 4;
    top: 56px;
    left: 50%;
    transform: translateX(-50%);
    width: min(34rem, calc(100% - 24px));
    padding: 9px 12px;
  }
  .task p {
    margin: 0 0 6px;
  }
  .task .numbers {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 18px;
    font-size: 1rem;
    font-variant-numeric: tabular-nums;
  }
  .task .row {
    display: flex;
    gap: 8px;
    margin-top: 6px;
  }
  toguna-map-panel,
  toguna-map-list {
    position: absolute;
    z-index: 4;
    top: 10px;
    right: 10px;
    bottom: 40px;
    width: min(22rem, calc(100% - 70px));
  }
  toguna-map-list {
    width: min(34rem, calc(100% - 70px));
  }
  toguna-map-time {
    position: absolute;
    z-index: 3;
    left: 10px;
    right: 10px;
    bottom: 36px;
  }
  :host([timed]) toguna-map-panel,
  :host([timed]) toguna-map-list {
    bottom: 148px;
  }
  @container (max-width: 620px) {
    .pointer,
    .count {
      display: none;
    }
    .thanks {
      max-width: 55%;
    }
    toguna-map-panel,
    toguna-map-list {
      top: auto;
      left: 0;
      right: 0;
      bottom: 0;
      width: 100%;
      height: 62%;
    }
    :host([timed]) toguna-map-panel,
    :host([timed]) toguna-map-list {
      bottom: 0;
    }
    toguna-map-time {
      left: 6px;
      right: 6px;
    }
    .task {
      top: auto;
      bottom: 44px;
    }
  }
  @media print {
    .tools,
    .task,
    toguna-map-time {
      display: none;
    }
  }
`
