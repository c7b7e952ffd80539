/** Words of the desk's shell. */

import { addWords } from '../house/words'

addWords({
  fr: {
    'desk.no_way_in': 'Ce nœud n’a pas de page de connexion.',
    'desk.node_unreached': 'Le nœud ne répond pas. Nouvel essai dans un instant…',
  },
  en: {
    'desk.no_way_in': 'This node has no page to sign in.',
    'desk.node_unreached': 'The node does not answer. Trying again in a moment…',
  },
})
