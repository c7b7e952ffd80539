/** What this folder brings to the desk: reports, releases, recalls, claims side by side, and
 *  looking as another party. */

import { session } from '../house/api'
import { eyes } from '../house/eyes'
import { knownKind } from '../house/kinds'
import { action, formView, recordView, screen, waitingView } from '../house/registry'
import { go, hashOf, recordHash } from '../house/route'
import { isHome, nounOf, partyOf, type Shown } from '../house/shapes'
import { addWords } from '../house/words'
import './words.fields'

addWords({
  fr: {
    'action.write_report': 'Écrire un compte rendu',
    'action.release': 'Diffuser…',
    'action.release_late': 'Diffuser à un autre…',
    'action.pass_on': 'Transmettre…',
    'action.recall': 'Rappeler…',
    'action.correct': 'Rectifier…',
    'action.compare': 'Comparer…',
    'action.view_as': 'Voir comme…',
    'screen.reports': 'Comptes rendus',
    'screen.incidents': 'Événements',
    'screen.compare': 'Comparer',
    'waiting.sharing.consent': 'Accord demandé',
    'waiting.sharing.chase': 'Rappel sans réponse',
    'eyes.no_writing': 'Vous regardez par les yeux d’un autre : rien ne s’écrit',
    'eyes.leave': 'Revenir chez nous',
  },
  en: {
    'action.write_report': 'Write a report',
    'action.release': 'Release…',
    'action.release_late': 'Release to another…',
    'action.pass_on': 'Pass on…',
    'action.recall': 'Recall…',
    'action.correct': 'Correct…',
    'action.compare': 'Compare…',
    'action.view_as': 'View as…',
    'screen.reports': 'Reports',
    'screen.incidents': 'Events',
    'screen.compare': 'Compare',
    'waiting.sharing.consent': 'Your yes is asked for',
    'waiting.sharing.chase': 'Recall without answer',
    'eyes.no_writing': 'You look through another’s eyes: nothing is written',
    'eyes.leave': 'Back to ourselves',
  },
})

screen({ name: 'reports', title: 'screen.reports', icon: 'report', order: 10, element: 'toguna-reports', load: () => import('./reports-screen') })
screen({ name: 'incidents', title: 'screen.incidents', icon: 'list', order: 12, element: 'toguna-incidents', load: () => import('./incidents-screen') })
screen({ name: 'compare', title: 'screen.compare', icon: 'link', order: 13, hidden: true, element: 'toguna-compare', load: () => import('./compare-screen') })

recordView('sharing.report', { element: 'toguna-report-view', load: () => import('./report-view') })
recordView('sharing.event', { element: 'toguna-event-view', load: () => import('./event-view') })
recordView('sharing.request', { element: 'toguna-request-view', load: () => import('./request-view') })
recordView('sharing.recall', { element: 'toguna-recall-view', load: () => import('./recall-view') })
formView('sharing.report', { element: 'toguna-report-form', load: () => import('./report-form') })

waitingView('sharing.consent', (waiting) => go(recordHash(waiting.about)))
waitingView('sharing.chase', (waiting) => go(recordHash(waiting.about)))

// Actions -----------------------------------------------------------------------------------

const ANSWERS = new Set(['sharing.recall', 'sharing.deleted', 'sharing.refused', 'sharing.read', 'sharing.consent',
  'sharing.request', 'sharing.copy', 'sharing.link', 'sharing.unlink'])

/** A record that still stands, while one looks with one's own eyes. */
function standing(shown: Shown | null): shown is Shown {
  return shown?.record != null && !shown.gone && !shown.refused && !eyes()
}

const noun = (shown: Shown) => nounOf(shown.record?.kind ?? '')
const ours = (shown: Shown) => partyOf(shown.address) === session().party
const spine = (shown: Shown) => !isHome(shown.address)
const report = (shown: Shown) => noun(shown) === 'sharing.report'
const releasable = (shown: Shown) => knownKind(shown.record?.kind ?? '')?.releasable ?? false

async function release(shown: Shown | null): Promise<void> {
  if (shown) (await import('./releasing')).release(shown.address)
}

action({ name: 'sharing.write', title: 'action.write_report', icon: 'edit', run: () => go('#/write/sharing.report') })
action({
  name: 'sharing.release', title: 'action.release', icon: 'send', run: release,
  when: (shown) => standing(shown) && ours(shown) && !spine(shown) && releasable(shown),
})
action({
  name: 'sharing.release_late', title: 'action.release_late', icon: 'send', run: release,
  when: (shown) => standing(shown) && ours(shown) && spine(shown) && releasable(shown),
})
action({
  name: 'sharing.pass_on', title: 'action.pass_on', icon: 'handover', run: release,
  when: (shown) => standing(shown) && !ours(shown) && releasable(shown),
})
action({
  name: 'sharing.correct', title: 'action.correct', icon: 'edit',
  when: (shown) => standing(shown) && ours(shown) && spine(shown) && report(shown),
  run: (shown) => {
    if (shown) go(hashOf('write', ['sharing.report'], { correct: shown.address }))
  },
})
action({
  name: 'sharing.recall', title: 'action.recall', icon: 'recall',
  when: (shown) => standing(shown) && ours(shown) && spine(shown) && !ANSWERS.has(noun(shown)),
  run: async (shown) => {
    if (shown) (await import('./releasing')).recall(shown.address)
  },
})
action({
  name: 'sharing.compare', title: 'action.compare', icon: 'link', when: (shown) => standing(shown) && report(shown),
  run: (shown) => {
    if (shown) go(hashOf('compare', [], { a: shown.address }))
  },
})
action({
  name: 'sharing.view_as', title: 'action.view_as', icon: 'eye',
  run: async () => (await import('./view-as')).chooseEyes(),
})
