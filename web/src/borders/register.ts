/** What this folder brings to the desk. */

import { screen, waitingView } from '../house/registry'
import { go, hashOf } from '../house/route'
import { addWords } from '../house/words'

addWords({
  fr: {
    'borders.screen': 'Frontières',
    'waiting.borders.watch': 'Rendre compte de notre côté',
    'kind.borders.sector': 'Secteur frontalier',
    'kind.borders.posture': 'Posture dans un secteur',
    'kind.borders.watch': 'Point de situation d’un secteur',
    'value.borders.watch.state.quiet': 'Calme, rapporté',
    'value.borders.watch.state.movement': 'Mouvement',
    'value.borders.watch.state.incident': 'Incident',
    'value.borders.watch.state.unknown': 'On ne sait pas',
  },
  en: {
    'borders.screen': 'Borders',
    'waiting.borders.watch': 'Report on our side',
    'kind.borders.sector': 'Border sector',
    'kind.borders.posture': 'Posture in a sector',
    'kind.borders.watch': 'Sector report',
    'value.borders.watch.state.quiet': 'Quiet, as reported',
    'value.borders.watch.state.movement': 'Movement',
    'value.borders.watch.state.incident': 'Incident',
    'value.borders.watch.state.unknown': 'Nobody can tell',
  },
})

screen({
  name: 'borders',
  title: 'borders.screen',
  icon: 'border',
  load: () => import('./borders'),
  element: 'toguna-borders',
  order: 40,
})
waitingView('borders.watch', (waiting) => go(hashOf('borders', ['watch', ...waiting.about.split('/')])))
