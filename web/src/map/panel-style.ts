/** The look of the panel with layers and legend. */

import { css } from 'lit'

export const panelStyle = css`
  :host {
    display: flex;
    flex-direction: column;
    background: var(--paper-raised);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    box-shadow: var(--shadow);
    overflow: hidden;
  }
  header {
    display: flex;
    align-items: center;
    padding: 6px 8px 6px 14px;
    border-bottom: 1px solid var(--line);
  }
  h2 {
    flex: 1;
    margin: 0;
    font-size: 1rem;
  }
  h3 {
    font-size: 0.8125rem;
    text-transform: uppercase;
    letter-spacing: 0.07em;
    color: var(--ink-soft);
    margin: 16px 0 4px;
  }
  h4 {
    font-size: 0.875rem;
    margin: 6px 0 2px;
  }
  .all {
    flex: 1;
    overflow: auto;
    padding: 0 14px 14px;
  }
  .all:focus-visible {
    outline-offset: -3px;
  }
  .one {
    display: flex;
    align-items: center;
    gap: 9px;
    min-height: 30px;
    padding: 2px 0;
    cursor: pointer;
    font-weight: 400;
  }
  .one input {
    flex: none;
  }
  small {
    color: var(--ink-soft);
    font-size: 0.8em;
  }
  small.bad {
    display: block;
    color: var(--bad);
  }
  .swatch {
    flex: none;
    min-width: 26px;
    text-align: center;
    font-size: 0.6875rem;
    font-weight: 600;
    text-transform: uppercase;
    color: var(--paper-raised);
    border-radius: 4px;
    padding: 1px 4px;
  }
  img {
    flex: none;
    width: 30px;
    height: 30px;
    object-fit: contain;
  }
  ul {
    list-style: none;
    margin: 4px 0;
    padding: 0;
  }
  .legend li {
    display: flex;
    align-items: center;
    gap: 9px;
    padding: 2px 0;
    font-size: 0.8125rem;
  }
  .round {
    flex: none;
    width: 24px;
    height: 24px;
    margin: 3px;
    border-radius: 50%;
    border: 1.5px dashed var(--mark);
    background: color-mix(in srgb, var(--mark) 12%, transparent);
  }
  .border {
    flex: none;
    width: 30px;
    height: 0;
  }
  .regions li {
    display: flex;
    justify-content: space-between;
    gap: 12px;
    padding: 2px 0;
  }
  .sources li {
    font-size: 0.8125rem;
    padding: 2px 0;
  }
  .sources small {
    display: block;
  }
  @media (pointer: coarse) {
    .one {
      min-height: 44px;
    }
  }
`
