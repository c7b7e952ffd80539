/** How the report's form looks: two columns where there is room, one on a phone. */

import { css } from 'lit'

export const formStyles = css`
  :host {
    display: block;
    container-type: inline-size;
  }
  form {
    max-width: 72rem;
    margin: 0 auto;
  }
  h1 {
    margin-bottom: 4px;
  }
  .halves {
    display: grid;
    gap: 16px;
    margin-top: 12px;
  }
  .halves > div {
    display: grid;
    gap: 16px;
    align-content: start;
    min-width: 0;
  }
  .twos,
  .thirds,
  .when {
    display: grid;
    gap: 0 12px;
    align-items: end;
  }
  @container (min-width: 19rem) {
    .thirds {
      grid-template-columns: repeat(3, minmax(0, 1fr));
    }
    .when {
      grid-template-columns: repeat(2, minmax(0, 1fr));
    }
    .when > :first-child {
      grid-column: 1 / -1;
    }
  }
  @container (min-width: 30rem) {
    .when {
      grid-template-columns: repeat(3, minmax(0, 1fr));
    }
    .when > :first-child {
      grid-column: auto;
    }
    .twos {
      grid-template-columns: repeat(2, minmax(0, 1fr));
    }
  }
  @container (min-width: 56rem) {
    .halves {
      grid-template-columns: repeat(2, minmax(0, 1fr));
    }
  }
  fieldset {
    background: var(--paper-raised);
    padding: 4px 14px 2px;
  }
  fieldset > p.small:last-child {
    margin-bottom: 10px;
  }
  legend {
    font-size: 1.02rem;
  }
  textarea {
    min-height: 9em;
  }
  textarea[name='why'] {
    min-height: 3.6em;
  }
  summary {
    cursor: pointer;
    min-height: var(--touch);
    display: flex;
    align-items: center;
    color: var(--mark);
    font-weight: 600;
  }
  footer {
    position: sticky;
    bottom: 0;
    margin-top: 16px;
    padding: 10px 0;
    background: var(--paper);
    border-top: 1px solid var(--line);
    z-index: 2;
  }
  @container (max-width: 30rem) {
    footer {
      position: static;
    }
    footer button {
      width: 100%;
    }
  }
`
