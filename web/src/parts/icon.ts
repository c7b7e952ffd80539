/** `<toguna-icon name="bell">`: a small line drawing that only repeats what words say. */

import { css, html, LitElement, svg } from 'lit'

import { define } from '../house/element'

/** Paths on a grid of 24. */
export const ICONS: Record<string, string> = {
  alert: 'M12 3 2.5 20h19L12 3zM12 10v4.5M12 17.2v.3',
  auto: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 3v18M12 7h4.5M12 11h7M12 15h6.5',
  back: 'M15 5l-7 7 7 7',
  bell: 'M6 17V11a6 6 0 0 1 12 0v6l1.5 2h-15zM10 21.5h4',
  board: 'M4 4h16v16H4zM4 10h16M10 10v10',
  border: 'M4 20c3-5 1-7 5-9s3-5 7-7M14 20l2-3M18 20l2-4M19 12l1.5-3',
  camera: 'M4 8h3l2-3h6l2 3h3v11H4zM12 17a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z',
  changed: 'M4 12a8 8 0 0 1 14-5l2 2M20 4v5h-5M20 12a8 8 0 0 1-14 5l-2-2M4 20v-5h5',
  check: 'M4.5 12.5l5 5 10-11',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3.5 2',
  close: 'M6 6l12 12M18 6 6 18',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  dispute: 'M12 4v16M5 20h14M12 6 5 8l-2.5 6h5L5 8M12 6l7 2 2.5 6h-5L19 8',
  down: 'M5 9l7 7 7-7',
  edit: 'M4 20l1-4L16 5l3 3L8 19zM14 7l3 3',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z',
  file: 'M6 3h8l4 4v14H6zM14 3v5h5',
  filter: 'M4 5h16l-6 8v6l-4-2v-4z',
  flag: 'M5 21V4h13l-2.5 4.5L18 13H5',
  flash: 'M13 2 5 13.5h6L10 22l8.5-12h-6z',
  handover: 'M3 8h13l-3.5-3.5M21 16H8l3.5 3.5',
  help: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9.2 9.3a2.9 2.9 0 1 1 4.2 2.6c-1 .5-1.4 1-1.4 2.1M12 17v.3',
  home: 'M3 11 12 5l9 6v2H3zM6 13v7M12 13v7M18 13v7',
  import: 'M12 3v11M7.5 10 12 14.5 16.5 10M4 16v4h16v-4',
  key: 'M8 15a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 11h9v3M17.5 11v3',
  language: 'M3.5 6h10M8.5 4v2M5 15c3-1.5 5.500-5 6-9M6 9c1 2.500 3 4.500 5.500 5.500M12.500 20l4-10 4 10M14 16.500h5',
  link: 'M10 14a4 4 0 0 0 5.700 0l3.300-3.300a4 4 0 0 0-5.700-5.700L12 6.300M14 10a4 4 0 0 0-5.700 0L5 13.300A4 4 0 0 0 10.700 19l1.300-1.300',
  list: 'M8 6h13M8 12h13M8 18h13M3.500 6h.1M3.500 12h.1M3.500 18h.1',
  lock: 'M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3',
  map: 'M3 6l6-2 6 2 6-2v14l-6 2-6-2-6 2zM9 4v14M15 6v14',
  menu: 'M4 6h16M4 12h16M4 18h16',
  minus: 'M5 12h14',
  moon: 'M20 14.500A8.500 8.500 0 1 1 9.500 4 7 7 0 0 0 20 14.500z',
  more: 'M5 12h.1M12 12h.1M19 12h.1',
  people: 'M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM2.500 20c0-4 3-6 6.500-6s6.500 2 6.500 6M16 4.500a3.200 3.200 0 0 1 0 6M18 14.500c2 .8 3.500 2.500 3.500 5.500',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.500 21c0-4.500 3.500-7 7.500-7s7.500 2.500 7.500 7',
  phone: 'M7 2.500h10v19H7zM11 18.500h2',
  pin: 'M12 21.500s-7-6.500-7-12a7 7 0 0 1 14 0c0 5.500-7 12-7 12zM12 12a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z',
  plus: 'M12 5v14M5 12h14',
  print: 'M7 9V3h10v6M7 17H4V9h16v8h-3M7 14h10v7H7z',
  question: 'M4 4h16v12H9l-5 4.500zM10 8.300a2 2 0 1 1 2.900 1.800c-.7.300-.9.700-.9 1.200M12 13.500v.1',
  recall: 'M9 5 4 10l5 5M4 10h10a6 6 0 0 1 0 12h-2',
  report: 'M5 3h14v18H5zM8 8h8M8 12h8M8 16h5',
  search: 'M10.500 17a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13zM15.500 15.500 21 21',
  send: 'M3 11.500 21 3l-5.500 18-4-7.500zM11.500 13.500 21 3',
  silent: 'M4 9.5v5h3.500l4.500 4v-13l-4.500 4zM16 9.500l5 5M21 9.500l-5 5',
  sign: 'M3 18c4 0 4-12 7-12s-1 12 2 12 2-5 4-5 0 4 5 4M3 21.500h18',
  sound: 'M4 9.5v5h3.500l4.500 4v-13l-4.500 4zM15.500 9a4 4 0 0 1 0 6M18 6.500a8 8 0 0 1 0 11',
  sun: 'M12 16.500a4.500 4.500 0 1 0 0-9 4.500 4.500 0 0 0 0 9zM12 2v2.500M12 19.500V22M2 12h2.500M19.500 12H22M5 5l1.700 1.700M17.300 17.300 19 19M19 5l-1.700 1.700M6.700 17.300 5 19',
  sync: 'M7 4 3.500 7.500 7 11M3.500 7.500H17M17 13l3.500 3.500L17 20M20.500 16.500H7',
  unlink: 'M9 15l6-6M10 6.500l1-1a4 4 0 0 1 6 6l-1 1M14 17.500l-1 1a4 4 0 0 1-6-6l1-1',
  waiting: 'M7 3h10M7 21h10M8 3c0 5 3 6 4 9-1 3-4 4-4 9M16 3c0 5-3 6-4 9 1 3 4 4 4 9',
}

export class TogunaIcon extends LitElement {
  static override properties = { name: {} }
  static override styles = css`
    :host {
      display: inline-block;
      width: 1.25em;
      height: 1.25em;
      flex: none;
      vertical-align: -0.25em;
    }
    svg {
      display: block;
      width: 100%;
      height: 100%;
      fill: none;
      stroke: currentColor;
      stroke-width: 1.8;
      stroke-linecap: round;
      stroke-linejoin: round;
    }
  `
  name = ''

  override render() {
    const path = ICONS[this.name] ?? ICONS['more']
    return html`<svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">${svg`<path d=${path}></path>`}</svg>`
  }
}
define('toguna-icon', TogunaIcon)
