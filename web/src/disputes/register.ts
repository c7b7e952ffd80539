/** What this folder brings to the desk. */

import { session } from '../house/api'
import { action, screen, waitingView } from '../house/registry'
import { go, hashOf } from '../house/route'
import { isHome, partyOf } from '../house/shapes'
import { addWords } from '../house/words'

addWords({
  fr: {
    'disputes.screen': 'Faits contestés',
    'disputes.contest': 'Contester ce document',
    'disputes.evidence': 'Dossier de preuve de ce document',
    'waiting.disputes.answer': 'Notre document est contesté',
    'kind.disputes.boundary': 'Tracé de frontière',
    'kind.disputes.claim': 'Affirmation',
    'kind.disputes.dispute': 'Contestation',
    'of.disputes.boundary.as_of_us': 'Jour du jeu de données',
    'of.disputes.boundary.uncertainty_m': 'À combien près',
    'of.disputes.claim.said_us': 'Dit le',
  },
  en: {
    'disputes.screen': 'Disputed facts',
    'disputes.contest': 'Dispute this record',
    'disputes.evidence': 'Evidence bundle of this record',
    'waiting.disputes.answer': 'Our record is disputed',
    'kind.disputes.boundary': 'Boundary line',
    'kind.disputes.claim': 'Claim',
    'kind.disputes.dispute': 'Dispute',
    'of.disputes.boundary.as_of_us': 'Day of the dataset',
    'of.disputes.boundary.uncertainty_m': 'Known to within',
    'of.disputes.claim.said_us': 'Said on',
  },
})

screen({
  name: 'disputes',
  title: 'disputes.screen',
  icon: 'dispute',
  load: () => import('./disputes'),
  element: 'toguna-disputes',
  order: 50,
})
waitingView('disputes.answer', (waiting) => go(hashOf('disputes', ['matter', ...waiting.about.split('/')])))
action({
  name: 'disputes.contest',
  title: 'disputes.contest',
  icon: 'dispute',
  when: (shown) => shown !== null && shown.record !== null && !isHome(shown.address) && partyOf(shown.address) !== session().party,
  run: (shown) => {
    if (shown) go(hashOf('disputes', ['contest', ...shown.address.split('/')]))
  },
})
action({
  name: 'disputes.evidence',
  title: 'disputes.evidence',
  icon: 'file',
  when: (shown) => shown !== null && shown.record !== null && !isHome(shown.address),
  run: async (shown) => {
    if (shown) await (await import('./bundle')).openBundle([shown.address])
  },
})
