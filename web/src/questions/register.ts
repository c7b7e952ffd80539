/** What this folder brings to the desk. */

import { action, formView, recordView, screen } from '../house/registry'
import { go, hashOf } from '../house/route'
import { addWords } from '../house/words'

addWords({
  fr: {
    'questions.screen': 'Demandes',
    'questions.ask': 'Demander un renseignement',
    'questions.ask_about': 'Demander un renseignement à ce sujet',
    'waiting.questions.reply': 'Répondre à la demande',
    'waiting.questions.overdue': 'Réponse en retard',
    'kind.questions.question': 'Demande de renseignement',
    'kind.questions.reply': 'Réponse',
    'kind.questions.close': 'Demande close',
  },
  en: {
    'questions.screen': 'Questions',
    'questions.ask': 'Ask for information',
    'questions.ask_about': 'Ask for information about this',
    'waiting.questions.reply': 'Answer the question',
    'waiting.questions.overdue': 'Answer is overdue',
    'kind.questions.question': 'Request for information',
    'kind.questions.reply': 'Reply',
    'kind.questions.close': 'Question closed',
  },
})

screen({
  name: 'questions',
  title: 'questions.screen',
  icon: 'question',
  load: () => import('./questions'),
  element: 'toguna-questions',
  order: 25,
})
recordView('questions.question', { load: () => import('./record'), element: 'toguna-question-record' })
formView('questions.question', { load: () => import('./form'), element: 'toguna-question-form' })
action({ name: 'questions.ask', title: 'questions.ask', icon: 'question', run: () => go('#/questions/new') })
action({
  name: 'questions.ask_about',
  title: 'questions.ask_about',
  icon: 'question',
  when: (shown) => shown !== null && shown.address.split('/')[1] === 'spine' && !shown.gone,
  run: (shown) => go(hashOf('questions', ['new'], { about: shown?.address ?? '' })),
})
