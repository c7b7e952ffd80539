/** What this folder brings to the desk: the way in, one's account, and people and keys. */

import { barView, screen, signInView } from '../house/registry'
import { addWords } from '../house/words'
import './words.signing'

addWords({
  fr: {
    'screen.account': 'Mon compte',
    'screen.people': 'Personnes et clés',
    'people.keys_waiting': '{n|# clé à approuver|# clés à approuver}',
  },
  en: {
    'screen.account': 'My account',
    'screen.people': 'People and keys',
    'people.keys_waiting': '{n|# key to approve|# keys to approve}',
  },
})

signInView({ element: 'toguna-sign-in', load: () => import('./sign-in') })
screen({ name: 'account', title: 'screen.account', icon: 'person', order: 90, hidden: true, element: 'toguna-account', load: () => import('./account-screen') })
screen({ name: 'people', title: 'screen.people', icon: 'people', order: 91, hidden: true, offices: ['keeper'], element: 'toguna-people', load: () => import('./people-screen') })
barView({ element: 'toguna-keys-waiting', load: () => import('./keys-waiting') })
