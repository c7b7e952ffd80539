/** What the folders bring to the desk. Each has a small `register.ts`; the rest loads lazily. */

import type { Shown, Waiting } from './shapes'

type Load = () => Promise<unknown>

/** A screen of its own, reached by `#/name`. `title` is a key of words. */
export interface Screen {
  name: string
  title: string
  icon: string
  load: Load
  element: string
  /** Who sees it; none named: everybody. */
  offices?: string[]
  order: number
  /** It is reached by the palette and by links alone, not by the rail. */
  hidden?: boolean
}

/** How records of a kind are shown; the element gets the property `shown`. */
export interface RecordView {
  load: Load
  element: string
}

/** How a kind is written; the element gets `kind` (`sharing.report`) and `about`. */
export interface FormView {
  load: Load
  element: string
}

/** Something that one can do, from the palette and from a record's panel. */
export interface Action {
  name: string
  title: string
  icon?: string
  offices?: string[]
  /** Given the record that is open, or null where none is: whether it can be done there.
   *  Without it the action needs no record. */
  when?: (shown: Shown | null) => boolean
  run: (shown: Shown | null) => void | Promise<void>
}

const screens = new Map<string, Screen>()
const views = new Map<string, RecordView>()
const forms = new Map<string, FormView>()
const actions = new Map<string, Action>()
const waiting = new Map<string, (waiting: Waiting) => void>()
const inBar: RecordView[] = []
const leavings: (() => Promise<boolean>)[] = []
let entrance: RecordView | undefined

/** Declare a screen. */
export function screen(declared: Screen): void {
  screens.set(declared.name, declared)
}

/** Declare how records of `sharing.report` are shown. */
export function recordView(kind: string, view: RecordView): void {
  views.set(kind, view)
}

/** Declare how a kind is written, instead of by the generic form. */
export function formView(kind: string, view: FormView): void {
  forms.set(kind, view)
}

/** Declare an action. */
export function action(declared: Action): void {
  actions.set(declared.name, declared)
}

/** Declare what opens when something that waits is chosen: by `what` (`alerts.acknowledge`)
 *  or by its domain (`alerts`). Without one its record opens. */
export function waitingView(prefix: string, open: (waiting: Waiting) => void): void {
  waiting.set(prefix, open)
}

/** Declare an element that stands in the bar ("3 not yet sent"). */
export function barView(view: RecordView): void {
  inBar.push(view)
}

/** Declare the element that is shown to whoever is not signed in. */
export function signInView(view: RecordView): void {
  entrance = view
}

/** Declare what is asked before somebody signs out; `false` keeps them here. */
export function beforeLeaving(ask: () => Promise<boolean>): void {
  leavings.push(ask)
}

/** Whether nothing keeps the person from signing out. */
export async function mayLeave(): Promise<boolean> {
  for (const ask of leavings) if (!(await ask())) return false
  return true
}

/** Screens that one sees in these offices, in their order. */
export function screensFor(offices: readonly string[]): Screen[] {
  const mine = [...screens.values()].filter((s) => allowed(s.offices, offices))
  return mine.sort((a, b) => a.order - b.order || a.name.localeCompare(b.name))
}

/** The screen of this name, if one sees it in these offices. */
export function allowedScreen(name: string, offices: readonly string[]): Screen | undefined {
  const found = screens.get(name)
  return found && allowed(found.offices, offices) ? found : undefined
}

/** Actions that one has in these offices, for this record or without one. */
export function actionsFor(offices: readonly string[], shown: Shown | null): Action[] {
  return [...actions.values()].filter(
    (a) => allowed(a.offices, offices) && (a.when ? a.when(shown) : shown === null),
  )
}

function allowed(wanted: readonly string[] | undefined, held: readonly string[]): boolean {
  return !wanted || wanted.length === 0 || wanted.some((office) => held.includes(office))
}

export const screenOf = (name: string): Screen | undefined => screens.get(name)
export const recordViewOf = (kind: string): RecordView | undefined => views.get(kind)
export const formViewOf = (kind: string): FormView | undefined => forms.get(kind)
export const barViews = (): readonly RecordView[] => inBar
export const signIn = (): RecordView | undefined => entrance

/** What opens this, if a folder said so. */
export function openerOf(what: string): ((waiting: Waiting) => void) | undefined {
  return waiting.get(what) ?? waiting.get(what.split('.')[0] ?? '')
}
