/** What this folder brings to the desk. */

import { action, recordView, screen, waitingView } from '../house/registry'
import { go, hashOf } from '../house/route'
import { addWords } from '../house/words'

addWords({
  fr: {
    'operations.screen': 'Opérations',
    'operations.ask': 'Demander un passage',
    'operations.draw': 'Tracer un plan',
    'waiting.operations.conflicting_orders': 'Ordres contradictoires',
    'waiting.operations.consent': 'Répondre : peuvent-ils passer ?',
    'waiting.operations.no_consent': 'Pas d’accord',
    'waiting.operations.outside': 'Hors de l’accord',
    'waiting.operations.leaving': 'Va sortir de l’accord',
    'waiting.operations.approaching': 'Approche sans accord',
    'waiting.operations.legal_check': 'Avis juridique à rendre',
    'waiting.operations.approve': 'Plan à approuver',
    'waiting.operations.review': 'Retour d’expérience en retard',
    'waiting.operations.reopened': 'Plan rouvert : un lieu protégé de plus',
    'waiting.operations.unchecked': 'Plan non vérifié par son auteur',
    'waiting.operations.encounter': 'Plans qui se rencontrent : appeler',
  },
  en: {
    'operations.screen': 'Operations',
    'operations.ask': 'Ask to cross',
    'operations.draw': 'Draw a plan',
    'waiting.operations.conflicting_orders': 'Conflicting orders',
    'waiting.operations.consent': 'Answer: may they cross?',
    'waiting.operations.no_consent': 'No consent',
    'waiting.operations.outside': 'Outside its consent',
    'waiting.operations.leaving': 'About to leave its consent',
    'waiting.operations.approaching': 'Approaching without consent',
    'waiting.operations.legal_check': 'Legal check to give',
    'waiting.operations.approve': 'Plan to approve',
    'waiting.operations.review': 'After-action review overdue',
    'waiting.operations.reopened': 'Plan reopened: one protected place more',
    'waiting.operations.unchecked': 'Plan that its author did not check',
    'waiting.operations.encounter': 'Plans that meet: call',
  },
})

screen({
  name: 'operations',
  title: 'operations.screen',
  icon: 'handover',
  load: () => import('./operations'),
  element: 'toguna-operations',
  order: 25,
})
recordView('operations.request', { load: () => import('./record'), element: 'toguna-passage-record' })
waitingView('operations.consent', (waiting) => go(hashOf('operations', ['answer', ...waiting.about.split('/')])))
// A unit without any consent is told of by its crossing; a silent host by the request itself.
for (const what of ['no_consent', 'outside', 'leaving', 'approaching'])
  waitingView(`operations.${what}`, () => go('#/operations'))
waitingView('operations.conflicting_orders', () => go('#/operations/units'))
for (const what of ['legal_check', 'approve', 'review', 'reopened', 'unchecked'])
  waitingView(`operations.${what}`, (waiting) => go(hashOf('operations', ['plans', ...waiting.about.split('/')])))
action({ name: 'operations.ask', title: 'operations.ask', icon: 'border', run: () => go('#/operations/request') })
action({ name: 'operations.draw', title: 'operations.draw', icon: 'map', run: () => go('#/operations/plan') })
