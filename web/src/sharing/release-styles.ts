/** How the release dialog looks: conditions on the left, what leaves on the right. */

import { css } from 'lit'

export const releaseStyles = css`
  .sides {
    display: grid;
    gap: 18px;
  }
  @media (min-width: 860px) {
    .sides {
      grid-template-columns: minmax(0, 5fr) minmax(0, 6fr);
    }
  }
  .sides > div,
  .ready {
    display: grid;
    gap: 14px;
    align-content: start;
    min-width: 0;
  }
  .preview h2 {
    color: var(--ink-soft);
  }
  fieldset {
    background: var(--paper-raised);
  }
  fieldset[aria-invalid='true'] {
    border-color: var(--bad);
  }
  .reader {
    display: grid;
    grid-template-columns: 1fr auto;
    gap: 8px;
    align-items: center;
  }
  .reader select {
    width: auto;
    max-width: 12rem;
  }
  .label {
    font-weight: 600;
  }
  .onward {
    margin: 6px 0;
  }
  .twos {
    display: grid;
    gap: 0 12px;
    grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr));
  }
  summary {
    cursor: pointer;
    font-weight: 600;
    color: var(--mark);
    min-height: var(--touch);
    display: flex;
    align-items: center;
  }
  .error {
    color: var(--bad);
    font-weight: 600;
    display: flex;
    gap: 5px;
  }
  .checked {
    color: var(--good);
    display: flex;
    gap: 6px;
    align-items: baseline;
    margin-top: 12px;
  }
  footer {
    position: sticky;
    bottom: -16px;
    margin: 14px -18px -16px;
    padding: 10px 18px;
    background: var(--paper);
    border-top: 1px solid var(--line);
    justify-content: flex-end;
  }
`
