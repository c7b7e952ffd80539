/** Styles that every element shares: buttons, inputs, tables, chips. */

import { css } from 'lit'

export const base = css`
  :host {
    box-sizing: border-box;
  }
  :host([hidden]) {
    display: none !important;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  :focus-visible {
    outline: 3px solid var(--focus);
    outline-offset: 1px;
    border-radius: 3px;
  }
  h1,
  h2,
  h3 {
    margin: 0;
    font-weight: 600;
    line-height: 1.25;
  }
  h1 {
    font-size: 1.3rem;
  }
  h2 {
    font-size: 1.05rem;
  }
  h3 {
    font-size: 0.95rem;
  }
  p {
    margin: 0 0 var(--gap);
  }
  a {
    color: var(--mark);
  }
  .soft {
    color: var(--ink-soft);
  }
  .small {
    font-size: 0.8125rem;
  }
  .mono {
    font-family: var(--mono);
    font-size: 0.86em;
  }
  .row {
    display: flex;
    align-items: center;
    gap: var(--gap);
    flex-wrap: wrap;
  }
  .spread {
    justify-content: space-between;
  }
  .grow {
    flex: 1 1 auto;
    min-width: 0;
  }
  .cut {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .unseen {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  button,
  .button {
    font: inherit;
    font-weight: 600;
    color: var(--ink);
    background: var(--paper-raised);
    border: 1px solid var(--line-strong);
    border-radius: var(--radius);
    min-height: var(--touch);
    min-width: var(--touch);
    padding: 0 14px;
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 6px;
    cursor: pointer;
    text-decoration: none;
  }
  button:hover:not(:disabled),
  .button:hover {
    background: var(--paper-sunk);
  }
  button.main {
    background: var(--mark);
    border-color: var(--mark);
    color: var(--mark-ink);
  }
  button.main:hover:not(:disabled) {
    background: color-mix(in srgb, var(--mark) 88%, var(--ink));
  }
  button.grave {
    background: var(--paper-raised);
    border-color: var(--bad);
    color: var(--bad);
  }
  button.plain {
    border-color: transparent;
    background: transparent;
    padding: 0 8px;
    font-weight: 400;
  }
  button.plain:hover:not(:disabled) {
    background: var(--paper-sunk);
  }
  button:disabled {
    opacity: 0.55;
    cursor: not-allowed;
  }
  button[aria-pressed='true'],
  button[aria-selected='true'] {
    background: var(--mark-soft);
    border-color: var(--mark);
  }

  input,
  select,
  textarea {
    font: inherit;
    color: var(--ink);
    background: var(--paper-raised);
    border: 1px solid var(--line-strong);
    border-radius: var(--radius);
    min-height: var(--touch);
    padding: 4px 9px;
    max-width: 100%;
  }
  input:not([type='checkbox'], [type='radio'], [type='range']),
  select,
  textarea {
    width: 100%;
  }
  textarea {
    min-height: 6.5em;
    resize: vertical;
    line-height: 1.45;
  }
  input[type='checkbox'],
  input[type='radio'] {
    min-height: 0;
    width: 20px;
    height: 20px;
    margin: 0;
    accent-color: var(--mark);
    flex: none;
  }
  input[type='range'] {
    accent-color: var(--mark);
    padding: 0;
  }
  ::placeholder {
    color: var(--ink-soft);
    opacity: 1;
  }
  [aria-invalid='true'] {
    border-color: var(--bad);
    box-shadow: 0 0 0 1px var(--bad);
  }
  label.tick {
    display: flex;
    align-items: center;
    gap: 9px;
    min-height: var(--touch);
    cursor: pointer;
  }
  fieldset {
    border: 1px solid var(--line);
    border-radius: var(--radius);
    margin: 0;
    padding: var(--gap) 12px 12px;
    min-width: 0;
  }
  legend {
    font-weight: 600;
    padding: 0 5px;
  }

  table {
    border-collapse: collapse;
    width: 100%;
  }
  th,
  td {
    text-align: left;
    padding: 6px 10px;
    border-bottom: 1px solid var(--line);
    vertical-align: top;
  }
  thead th {
    font-size: 0.8125rem;
    color: var(--ink-soft);
    font-weight: 600;
    border-bottom-color: var(--line-strong);
    position: sticky;
    top: 0;
    background: var(--paper);
  }
  td.number,
  th.number {
    text-align: right;
    font-variant-numeric: tabular-nums;
  }
  .scroll-x {
    overflow-x: auto;
  }

  .chip {
    display: inline-flex;
    align-items: center;
    gap: 4px;
    padding: 0 7px;
    min-height: 20px;
    line-height: 1.3;
    border: 1px solid var(--line-strong);
    border-radius: 999px;
    font-size: 0.78rem;
    color: var(--ink);
    background: var(--paper-raised);
    white-space: nowrap;
  }
  .chip.good {
    color: var(--good);
    border-color: var(--good);
    background: var(--good-soft);
  }
  .chip.warn {
    color: var(--warn);
    border-color: var(--warn);
    background: var(--warn-soft);
  }
  .chip.bad {
    color: var(--bad);
    border-color: var(--bad);
    background: var(--bad-soft);
  }
  .chip.flash {
    color: var(--flash-ink);
    border-color: var(--flash);
    background: var(--flash);
    font-weight: 600;
  }
  .card {
    background: var(--paper-raised);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    padding: 12px;
  }
  .notice {
    border-left: 4px solid var(--warn);
    background: var(--warn-soft);
    color: var(--ink);
    padding: 8px 12px;
    border-radius: 0 var(--radius) var(--radius) 0;
    margin: 0 0 var(--gap);
  }
  .notice.bad {
    border-color: var(--bad);
    background: var(--bad-soft);
  }
  .notice.good {
    border-color: var(--good);
    background: var(--good-soft);
  }
  pre {
    font-family: var(--mono);
    font-size: 0.8125rem;
    margin: 0;
    padding: 10px 12px;
    background: var(--paper-sunk);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  kbd {
    font-family: var(--mono);
    font-size: 0.78rem;
    border: 1px solid var(--line-strong);
    border-bottom-width: 2px;
    border-radius: 4px;
    padding: 0 5px;
    background: var(--paper-raised);
  }
  dl.facts {
    display: grid;
    grid-template-columns: minmax(7em, max-content) 1fr;
    gap: 3px 14px;
    margin: 0;
  }
  dl.facts dt {
    color: var(--ink-soft);
  }
  dl.facts dd {
    margin: 0;
    min-width: 0;
    overflow-wrap: anywhere;
  }
  @media (max-width: 460px) {
    dl.facts {
      grid-template-columns: 1fr;
      gap: 0;
    }
    dl.facts dd {
      margin-bottom: 6px;
    }
  }
`
