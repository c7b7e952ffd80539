/** How a screen with tabs looks; shared by alerts and questions. */

import { css } from 'lit'

export const tabbed = css`
  :host {
    display: block;
    height: 100%;
    overflow: auto;
    padding: 14px 18px 24px;
    container-type: inline-size;
  }
  :host > * {
    max-width: 64rem;
    margin-left: auto;
    margin-right: auto;
  }
  header {
    margin-bottom: 14px;
  }
  nav {
    gap: 2px;
  }
  nav a {
    display: inline-flex;
    align-items: center;
    min-height: var(--touch);
    padding: 0 12px;
    color: var(--ink);
    text-decoration: none;
    border-bottom: 3px solid transparent;
  }
  nav a:hover {
    background: var(--paper-sunk);
  }
  nav a[aria-current='page'] {
    border-bottom-color: var(--mark);
    color: var(--mark);
    font-weight: 600;
  }
  .foot {
    margin-top: 16px;
  }
  @container (max-width: 44rem) {
    nav.row {
      width: 100%;
      flex-wrap: nowrap;
      overflow-x: auto;
      scrollbar-width: thin;
      border-bottom: 1px solid var(--line);
    }
    nav a {
      flex: 1 0 auto;
      justify-content: center;
      padding: 0 9px;
      white-space: nowrap;
    }
  }
`
