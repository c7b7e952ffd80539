/** Where things stand: a desk, a narrow desk, and a phone. */

import { css } from 'lit'

export const layout = css`
  :host {
    display: grid;
    grid-template-rows: auto minmax(0, 1fr) auto;
    height: 100dvh;
    background: var(--paper);
  }
  .skip {
    position: absolute;
    left: 8px;
    top: -60px;
    z-index: 50;
  }
  .skip:focus {
    top: 8px;
  }
  .floor {
    display: grid;
    min-height: 0;
    grid-template-columns: auto minmax(250px, 300px) minmax(270px, 340px) minmax(0, 1fr);
    grid-template-rows: minmax(0, 1fr);
    grid-template-areas: 'rail waiting changed main';
  }
  .rail {
    grid-area: rail;
  }
  .waiting {
    grid-area: waiting;
  }
  .changed {
    grid-area: changed;
  }
  .main {
    grid-area: main;
  }
  .panel {
    grid-area: panel;
  }
  .waiting,
  .changed,
  .main,
  .panel {
    min-width: 0;
    min-height: 0;
  }
  .waiting,
  .changed {
    border-right: 1px solid var(--line);
  }
  .panel {
    border-right: 1px solid var(--line);
    box-shadow: var(--shadow);
    z-index: 2;
  }
  .floor[data-beside] {
    grid-template-columns:
      auto minmax(240px, 280px) minmax(250px, 310px) minmax(400px, 480px)
      minmax(0, 1fr);
    grid-template-areas: 'rail waiting changed panel main';
  }

  /* A screen takes the place of the news; what waits stays in view. */
  .floor[data-under='screen'] {
    grid-template-columns: auto minmax(230px, 280px) minmax(0, 1fr);
    grid-template-areas: 'rail waiting main';
  }
  .floor[data-under='screen'] .changed {
    display: none;
  }
  .floor[data-under='screen'][data-beside] {
    grid-template-columns: auto minmax(220px, 260px) minmax(0, 1fr) minmax(400px, 460px);
    grid-template-areas: 'rail waiting main panel';
  }
  .floor[data-under='screen'] .panel {
    border-right: 0;
    border-left: 1px solid var(--line);
  }

  /* Less width: both lists share one column while something stands beside the map. */
  @media (max-width: 1500px) {
    .floor[data-beside][data-under='map'] {
      grid-template-columns: auto minmax(250px, 290px) minmax(380px, 440px) minmax(0, 1fr);
      grid-template-rows: minmax(0, 1fr) minmax(0, 1.6fr);
      grid-template-areas: 'rail waiting panel main' 'rail changed panel main';
    }
    .floor[data-beside][data-under='map'] .waiting {
      border-bottom: 1px solid var(--line);
    }
    .floor[data-beside][data-under='screen'] {
      grid-template-columns: auto minmax(0, 1fr) minmax(380px, 440px);
      grid-template-areas: 'rail main panel';
    }
    .floor[data-beside][data-under='screen'] .waiting {
      display: none;
    }
  }
  @media (max-width: 1060px) {
    .floor:not([data-narrow]),
    .floor[data-under='map']:not([data-narrow], [data-beside]) {
      grid-template-columns: auto minmax(250px, 300px) minmax(0, 1fr);
      grid-template-rows: minmax(0, 1fr) minmax(0, 1.6fr);
      grid-template-areas: 'rail waiting main' 'rail changed main';
    }
    .floor[data-beside][data-under]:not([data-narrow]) {
      grid-template-columns: auto minmax(0, 1fr) minmax(340px, 400px);
      grid-template-rows: minmax(0, 1fr);
      grid-template-areas: 'rail main panel';
    }
    .floor[data-beside]:not([data-narrow]) .waiting,
    .floor[data-beside]:not([data-narrow]) .changed {
      display: none;
    }
    .floor[data-under='screen']:not([data-narrow], [data-beside]) {
      grid-template-rows: minmax(0, 1fr);
      grid-template-areas: 'rail waiting main';
    }
  }

  /* A phone shows one thing at a time. */
  .floor[data-narrow],
  .floor[data-narrow][data-under],
  .floor[data-narrow][data-under][data-beside] {
    grid-template-columns: minmax(0, 1fr);
    grid-template-rows: minmax(0, 1fr);
    grid-template-areas: 'main';
  }
  .floor[data-narrow] > * {
    grid-area: main;
    border: 0;
    display: none;
  }
  .floor[data-narrow][data-tab='waiting'] > .waiting,
  .floor[data-narrow][data-tab='changed'] > .changed,
  .floor[data-narrow][data-tab='main'] > .main,
  .floor[data-narrow] > .panel {
    display: block;
  }
  .floor[data-narrow][data-beside] > :not(.panel) {
    display: none;
  }
  .tabs {
    display: grid;
    grid-template-columns: repeat(4, 1fr);
    background: var(--paper-raised);
    border-top: 1px solid var(--line);
    padding-bottom: env(safe-area-inset-bottom);
  }
  .tabs button {
    position: relative;
    flex-direction: column;
    gap: 1px;
    min-height: 56px;
    padding: 4px 2px;
    font-size: 0.75rem;
    border-radius: 0;
    border-top: 3px solid transparent;
  }
  .tabs button span {
    max-width: 100%;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .tabs button[aria-current='page'] {
    border-top-color: var(--mark);
    color: var(--mark);
    font-weight: 600;
  }
  .tabs .count {
    position: absolute;
    top: 3px;
    left: calc(50% + 8px);
    min-width: 20px;
    padding: 0 5px;
    border-radius: 10px;
    font-size: 0.72rem;
    font-weight: 600;
    line-height: 18px;
    background: var(--paper-sunk);
    border: 1px solid var(--line-strong);
    color: var(--ink);
  }
  .tabs .count.waiting {
    background: var(--bad);
    border-color: var(--bad);
    color: var(--paper-raised);
  }
  @media print {
    :host {
      display: block;
      height: auto;
    }
    toguna-bar,
    .rail,
    .waiting,
    .changed,
    .tabs,
    .skip {
      display: none;
    }
    .floor {
      display: block;
    }
  }
`
