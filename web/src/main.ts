/** The beginning: theme, language, who sits here; then the desk, or the way in. */

import './house/words.house'
import './desk/words'
import './registered'

import { loadSession, onSession, type Session } from './house/api'
import { live } from './house/live'
import { signIn } from './house/registry'
import { applyTheme } from './house/theme'
import { beginSpeaking, t } from './house/words'

const root = document.getElementById('root') as HTMLElement
let shown = ''

applyTheme()
beginSpeaking()

async function show(session: Session): Promise<void> {
  const wanted = session.signed_in ? 'toguna-desk' : (signIn()?.element ?? '')
  if (wanted === shown) return
  shown = wanted
  if (session.signed_in) {
    beginSpeaking(session.language)
    await import('./desk/desk')
    live.open()
  } else {
    live.close()
    await signIn()?.load()
  }
  if (shown !== wanted) return
  if (wanted) root.replaceChildren(document.createElement(wanted))
  else say(t('desk.no_way_in'))
}

function say(text: string): void {
  const line = document.createElement('p')
  line.className = 'opening'
  line.textContent = text
  root.replaceChildren(line)
}

const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 15_000

/** A page that came out of the browser's store may be there before the node is. */
async function begin(attempt = 0): Promise<void> {
  try {
    await loadSession()
  } catch {
    say(t('desk.node_unreached'))
    setTimeout(() => void begin(attempt + 1), Math.min(FIRST_WAIT_MS * 2 ** attempt, LONGEST_WAIT_MS))
  }
}

onSession((session) => void show(session))
void begin()
