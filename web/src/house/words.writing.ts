/** What every form for a record says. */

import { addWords } from './words'

addWords({
  fr: {
    'writing.readers': 'Pour',
    'writing.home_only': 'Sans destinataire, cela reste chez nous.',
    'writing.send': 'Relire et signer',
    'writing.keep': 'Écrire chez nous',
    'writing.sending': 'Envoi…',
    'writing.done': 'Écrit : {address}',
    'writing.problems': '{n|# champ est à revoir|# champs sont à revoir}',
    'writing.needed': 'à remplir',
  },
  en: {
    'writing.readers': 'For',
    'writing.home_only': 'Without a reader it stays at home.',
    'writing.send': 'Read again and sign',
    'writing.keep': 'Write at home',
    'writing.sending': 'Sending…',
    'writing.done': 'Written: {address}',
    'writing.problems': '{n|# field needs|# fields need} another look',
    'writing.needed': 'needed',
  },
})
