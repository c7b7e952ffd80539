/** What this folder brings to the desk. */

import { screen } from '../house/registry'
import { addWords } from '../house/words'

addWords({
  fr: {
    'imports.screen': 'Importer',
    'kind.intake.import': 'Fichier importé',
  },
  en: {
    'imports.screen': 'Import',
    'kind.intake.import': 'Imported file',
  },
})

screen({
  name: 'imports',
  title: 'imports.screen',
  icon: 'import',
  load: () => import('./imports'),
  element: 'toguna-imports',
  order: 60,
})
