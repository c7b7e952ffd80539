/** What protection and assistance bring to the desk: words for what waits, and their boards. */

import { action, waitingView } from '../house/registry'
import { go, hashOf } from '../house/route'
import { addWords } from '../house/words'

addWords({
  fr: {
    'protection.sites': 'Sites protégés : qui les a pris en compte',
    'protection.uses': 'Usage de notre liste de sites',
    'protection.cases': 'Dommages aux civils',
    'assistance.calls': 'Appels à l’assistance mutuelle',
    'waiting.protection.take_in': 'Site protégé à prendre en compte',
    'waiting.protection.renew': 'Protection à renouveler',
    'waiting.protection.not_taken_in': 'Site non pris en compte',
    'waiting.protection.list_not_used': 'Notre liste n’a pas servi',
    'waiting.protection.case': 'Dommage aux civils à traiter',
    'waiting.assistance.answer': 'Répondre à l’appel',
    'waiting.assistance.no_answer': 'Appel sans réponse',
  },
  en: {
    'protection.sites': 'Protected sites: who has taken them in',
    'protection.uses': 'Use of our list of sites',
    'protection.cases': 'Civilian-harm cases',
    'assistance.calls': 'Calls for mutual assistance',
    'waiting.protection.take_in': 'Protected site to take in',
    'waiting.protection.renew': 'Protection to renew',
    'waiting.protection.not_taken_in': 'Site not taken in',
    'waiting.protection.list_not_used': 'Our list was not used',
    'waiting.protection.case': 'Civilian-harm case to handle',
    'waiting.assistance.answer': 'Answer the call',
    'waiting.assistance.no_answer': 'Call without an answer',
  },
})

const BOARDS = ['protection.sites', 'protection.uses', 'protection.cases', 'assistance.calls']
for (const name of BOARDS)
  action({ name, title: name, icon: 'board', run: () => go(hashOf('board', name.split('.'))) })

for (const what of ['protection.not_taken_in', 'protection.list_not_used'])
  waitingView(what, () => go(hashOf('board', ['protection', what === 'protection.not_taken_in' ? 'sites' : 'uses'])))
waitingView('assistance.no_answer', () => go(hashOf('board', ['assistance', 'calls'])))
