/** What the node says of questions, and how it is read while clocks run. Pure. */

export type Priority = 'flash' | 'urgent' | 'routine'
export type State = 'answered' | 'late' | 'cannot' | 'open' | 'overdue' | 'closed' | 'not_told'

export interface Reply {
  address: string
  at: number
  office: string
  text?: string
  why?: string
  final: boolean
  cannot_answer: boolean
  refs?: string[]
  to?: string[]
}

/** One party that was asked (`domains/questions/boards.py`). */
export interface Asked {
  party: string
  state: State
  answered_us?: number
  answer_s?: number
  replies?: Reply[]
}

/** One question with everybody who was asked: a row of the board `questions/questions`. */
export interface Question {
  address: string
  at: number
  party: string
  office: string
  title: string
  title_en?: string
  text: string
  text_en?: string
  due_us: number
  for_office: string
  priority: Priority
  state: 'open' | 'closed'
  close?: { at: number; why: string; address: string }
  to: string[]
  refs?: string[]
  asked: Asked[]
}

/** How one member answered: a row of the board `questions/rates`. */
export interface Rate {
  party: string
  asked: number
  in_time: number
  late: number
  cannot: number
  open: number
  overdue: number
  closed: number
  not_told: number
  answer_percent: number | null
  in_time_percent: number | null
  median_s: number | null
  newest_us: number
}

/** The lists on which both boards rest. */
export const TABLES: readonly string[] = ['questions_questions', 'questions_replies', 'questions_closes']

/** Never by colour alone: each state has a sign and a word as well. */
export const SIGNS: Record<State, { icon: string; tone: string }> = {
  answered: { icon: 'check', tone: 'good' },
  late: { icon: 'clock', tone: 'warn' },
  cannot: { icon: 'close', tone: 'warn' },
  open: { icon: 'waiting', tone: '' },
  overdue: { icon: 'alert', tone: 'bad' },
  closed: { icon: 'minus', tone: 'quiet' },
  not_told: { icon: 'lock', tone: 'quiet' },
}

/** The state now: the time may have run out since the node was asked. */
export function stateNow(question: Question, asked: Asked, now_us: number): State {
  return asked.state === 'open' && now_us > question.due_us ? 'overdue' : asked.state
}

/** Whether this party still owes its answer. */
export function owes(question: Question, party: string): boolean {
  const mine = question.asked.find((one) => one.party === party)
  return question.state === 'open' && mine !== undefined && ['open', 'overdue'].includes(mine.state)
}

/** Those that one of the tabs shows: what we owe by what is due first, ours the newest first. */
export function chosen(questions: readonly Question[], tab: 'mine' | 'ours' | 'all', party: string): Question[] {
  if (tab === 'mine')
    return questions.filter((one) => owes(one, party)).sort((a, b) => a.due_us - b.due_us)
  if (tab === 'ours') return questions.filter((one) => one.party === party)
  return [...questions]
}

/** What somebody typed as an answer. */
export interface Draft {
  text: string
  refs: string
  part: boolean
  cannot: boolean
  why: string
}

export const emptyReply = (): Draft => ({ text: '', refs: '', part: false, cannot: false, why: '' })

/** The body and references of a reply, or what is wrong by field, as keys of words. */
export function replyOf(draft: Draft): {
  body: Record<string, unknown>
  refs: string[]
  problems: Partial<Record<keyof Draft, string>>
} {
  const refs = draft.refs.split(/[\s,;]+/).filter(Boolean)
  const problems: Partial<Record<keyof Draft, string>> = {}
  if (refs.some((ref) => !/^[^/]+\/spine\/\d+$/.test(ref))) problems.refs = 'question.bad_refs'
  if (draft.cannot) {
    if (!draft.why.trim()) problems.why = 'question.why_needed'
    return { body: { cannot_answer: true, why: draft.why.trim() }, refs, problems }
  }
  if (!draft.text.trim()) problems.text = 'question.needed'
  const body: Record<string, unknown> = { text: draft.text.trim() }
  if (draft.part) body['final'] = false
  return { body, refs, problems }
}

/** What somebody typed as a question. */
export interface Asking {
  to: string[]
  title: string
  title_en: string
  text: string
  text_en: string
  due: string
  for_office: string
  priority: Priority
  refs: string
}

export const emptyAsking = (due: string): Asking => ({
  to: [], title: '', title_en: '', text: '', text_en: '', due, for_office: 'duty', priority: 'routine', refs: '',
})

/** The body and references of a question, or what is wrong by field, as keys of words. */
export function questionOf(draft: Asking, now_us: number): {
  body: Record<string, unknown>
  refs: string[]
  problems: Partial<Record<keyof Asking, string>>
} {
  const problems: Partial<Record<keyof Asking, string>> = {}
  if (draft.to.length === 0) problems.to = 'question.nobody'
  for (const name of ['title', 'text'] as const) if (!draft[name].trim()) problems[name] = 'question.needed'
  const due_us = dueOf(draft.due)
  if (due_us === null) problems.due = 'question.no_time'
  else if (due_us <= now_us) problems.due = 'question.due_over'
  const refs = draft.refs.split(/[\s,;]+/).filter(Boolean)
  if (refs.some((ref) => !/^[^/]+\/spine\/\d+$/.test(ref))) problems.refs = 'question.bad_refs'
  const body: Record<string, unknown> = { due_us, for_office: draft.for_office, priority: draft.priority }
  for (const name of ['title', 'title_en', 'text', 'text_en'] as const)
    if (draft[name].trim()) body[name] = draft[name].trim()
  return { body, refs, problems }
}

/** A field of date and time, read as UTC; null when it is none. */
export function dueOf(text: string): number | null {
  const found = Date.parse(`${text}Z`)
  return text.length >= 16 && !Number.isNaN(found) ? found * 1000 : null
}

/** What stands in such a field for a moment, to the full minute above it. */
export function dueText(us: number): string {
  const minute = 60_000_000
  return new Date((Math.ceil(us / minute) * minute) / 1000).toISOString().slice(0, 16)
}
