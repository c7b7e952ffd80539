/** Styles of the field report: one column, for a thumb. */

import { css } from 'lit'

export const fieldStyles = css`
  :host {
    display: block;
    max-width: 40rem;
    margin: 0 auto;
    padding: 14px 14px 40px;
  }
  h1 {
    margin-bottom: 4px;
  }
  .beside {
    display: flex;
    gap: var(--gap);
    align-items: flex-start;
  }
  .beside button {
    margin-top: 1.55rem;
    flex: none;
  }
  .read {
    margin: -8px 0 4px;
    min-height: 1.3em;
    color: var(--ink-soft);
  }
  fieldset {
    margin: 0 0 14px;
    padding-bottom: 4px;
  }
  toguna-map-box {
    height: 17rem;
    margin-bottom: 14px;
  }
  button.plain {
    margin-bottom: 8px;
  }
  .said {
    margin: var(--gap) 0 0;
    color: var(--good);
    font-weight: 600;
  }
  .row button.plain {
    margin: 0;
  }
`
