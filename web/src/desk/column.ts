/** How a column of lines looks. */

import { css } from 'lit'

export const column = css`
  :host {
    display: block;
    min-height: 0;
    background: var(--paper);
  }
  section {
    display: flex;
    flex-direction: column;
    height: 100%;
    min-height: 0;
  }
  header {
    display: flex;
    align-items: center;
    gap: 8px;
    padding: 8px 12px;
    min-height: 46px;
    border-bottom: 1px solid var(--line);
    flex: none;
    flex-wrap: wrap;
  }
  header h2 {
    flex: 1;
    font-size: 0.95rem;
  }
  header h2:focus-visible {
    outline-offset: 4px;
  }
  .count {
    min-width: 24px;
    text-align: center;
    font-size: 0.8125rem;
    font-weight: 600;
    border-radius: 12px;
    padding: 1px 8px;
    background: var(--paper-sunk);
    border: 1px solid var(--line);
  }
  .count.grave {
    background: var(--bad);
    border-color: var(--bad);
    color: var(--paper-raised);
  }
  .lines {
    flex: 1;
    min-height: 0;
    overflow-y: auto;
    padding-bottom: 24px;
    scrollbar-width: thin;
  }
  .lines .notice {
    margin: 8px;
    font-size: 0.8125rem;
  }
  ul {
    list-style: none;
    margin: 0;
    padding: 0;
  }
  .line {
    display: block;
    width: 100%;
    min-height: 0;
    padding: 7px 12px 8px 11px;
    text-align: left;
    font-weight: 400;
    line-height: 1.35;
    background: transparent;
    border: 0;
    border-left: 4px solid transparent;
    border-bottom: 1px solid var(--line);
    border-radius: 0;
  }
  .line:hover:not(:disabled) {
    background: var(--paper-raised);
  }
  .line:focus-visible {
    outline-offset: -3px;
  }
  .line[aria-current='true'] {
    background: var(--mark-soft);
    border-left-color: var(--mark);
  }
  .line .row {
    gap: 6px;
  }
  .line .title {
    display: -webkit-box;
    -webkit-line-clamp: 2;
    -webkit-box-orient: vertical;
    overflow: hidden;
    margin: 1px 0 3px;
  }
  .chip toguna-icon {
    font-size: 0.85em;
  }
`
