/** How the way in looks: one calm column, a roof over it. */

import { css } from 'lit'

export const signInStyles = css`
  :host(toguna-sign-in) {
    display: grid;
    min-height: 100%;
    place-items: center;
    padding: 24px 16px;
    background: var(--paper);
    overflow: auto;
  }
  :host(toguna-sign-up) {
    display: block;
  }
  main {
    width: min(25rem, 100%);
  }
  header {
    text-align: center;
    margin-bottom: 18px;
  }
  .mark {
    width: 84px;
    height: 34px;
    margin: 0 auto 6px;
    background: var(--mark);
    clip-path: polygon(0 46%, 50% 0, 100% 46%, 100% 60%, 88% 60%, 88% 100%, 74% 100%, 74% 60%, 57% 60%, 57% 100%, 43% 100%, 43% 60%, 26% 60%, 26% 100%, 12% 100%, 12% 60%, 0 60%);
  }
  .name {
    margin: 0;
    font-size: 1.5rem;
    font-weight: 600;
    letter-spacing: 0.05em;
  }
  .node {
    margin: 0 0 6px;
    font-weight: 600;
  }
  .card {
    padding: 20px;
    box-shadow: var(--shadow);
  }
  h1 {
    margin-bottom: 14px;
  }
  .wide {
    width: 100%;
  }
  .or {
    display: flex;
    align-items: center;
    gap: 10px;
    margin: 14px 0;
    color: var(--ink-soft);
  }
  .or::before,
  .or::after {
    content: '';
    flex: 1;
    border-top: 1px solid var(--line);
  }
  .ways {
    display: grid;
    gap: var(--gap);
    margin-bottom: 4px;
  }
  .choices {
    display: grid;
    gap: 10px;
    margin: 12px 0;
  }
  .choices button {
    flex-direction: column;
    align-items: flex-start;
    text-align: left;
    padding: 12px 14px;
    gap: 2px;
  }
  .choices .small {
    font-weight: 400;
  }
  .qr {
    display: block;
    width: 190px;
    height: 190px;
    margin: 8px auto;
    padding: 10px;
    background: #fff;
    border-radius: var(--radius);
  }
  .other {
    text-align: center;
    margin: 8px 0 0;
  }
  footer {
    margin-top: 4px;
  }
  form > button.plain {
    margin-top: 10px;
  }
`
