/** What this folder brings to the desk. */

import { screen } from '../house/registry'
import { addWords } from '../house/words'

addWords({
  fr: {
    'imports.screen': 'Importer',
    'kind.intake.import': 'Fichier importé',
    'of.intake.import.already': 'Déjà là',
    'of.intake.import.cleaned': 'Textes débarrassés de noms',
    'of.intake.import.digest': 'SHA-256 du fichier',
    'of.intake.import.format': 'Forme',
    'of.intake.import.kept_out': 'Laissés dehors',
    'of.intake.import.left_out': 'Rien à en rapporter',
    'of.intake.import.taken': 'Marques de ce qui est entré',
    'value.reason.person': 'identité d’une personne',
    'value.reason.unknown_identity': 'identité sans classe',
    'value.reason.actor': 'acteur qui est une seule personne',
    'value.reason.account': 'compte ou adresse',
    'value.reason.person_field': 'champ fait pour des personnes',
    'value.reason.about_person': 'parle de l’un de ceux-là',
  },
  en: {
    'imports.screen': 'Import',
    'kind.intake.import': 'Imported file',
    'of.intake.import.already': 'Here already',
    'of.intake.import.cleaned': 'Texts cleared of names',
    'of.intake.import.digest': 'SHA-256 of the file',
    'of.intake.import.format': 'Form',
    'of.intake.import.kept_out': 'Kept out',
    'of.intake.import.left_out': 'Nothing to report of it',
    'of.intake.import.taken': 'Marks of what came in',
    'value.reason.person': 'identity of a person',
    'value.reason.unknown_identity': 'identity without a class',
    'value.reason.actor': 'actor that is one person',
    'value.reason.account': 'account or address',
    'value.reason.person_field': 'field made for persons',
    'value.reason.about_person': 'speaks of one of these',
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
