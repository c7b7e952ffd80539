/** What this folder brings to the desk. */

import { action, barView, formView, recordView, screen } from '../house/registry'
import { go } from '../house/route'
import { addWords } from '../house/words'

addWords({
  fr: {
    'alerts.screen': 'Alertes',
    'alerts.give': 'Donner l’alerte',
    'waiting.alerts.acknowledge': 'Répondre à l’alerte',
    'waiting.alerts.act': 'Dire si nous agissons',
    'waiting.alerts.no_answer': 'Sans réponse à notre alerte',
    'kind.alerts.alert': 'Alerte',
    'kind.alerts.answer': 'Réponse à une alerte',
    'kind.alerts.ring': 'Deuxième sonnerie',
    'kind.alerts.escalation': 'Remontée d’une alerte',
    'kind.alerts.end': 'Fin d’une alerte',
    'value.answer.acknowledged': 'Bien lu',
    'value.answer.acting': 'Nous agissons',
    'value.answer.declined': 'Nous déclinons',
  },
  en: {
    'alerts.screen': 'Alerts',
    'alerts.give': 'Give an alert',
    'waiting.alerts.acknowledge': 'Answer the alert',
    'waiting.alerts.act': 'Say whether we act',
    'waiting.alerts.no_answer': 'No answer to our alert',
    'kind.alerts.alert': 'Alert',
    'kind.alerts.answer': 'Answer to an alert',
    'kind.alerts.ring': 'Second ring',
    'kind.alerts.escalation': 'Escalation of an alert',
    'kind.alerts.end': 'End of an alert',
    'value.answer.acknowledged': 'Read',
    'value.answer.acting': 'We act',
    'value.answer.declined': 'We decline',
  },
})

screen({
  name: 'alerts',
  title: 'alerts.screen',
  icon: 'bell',
  load: () => import('./alerts'),
  element: 'toguna-alerts',
  order: 20,
})
recordView('alerts.alert', { load: () => import('./record'), element: 'toguna-alert-record' })
formView('alerts.alert', { load: () => import('./form'), element: 'toguna-alert-form' })
barView({ load: () => import('./bell'), element: 'toguna-alert-bell' })
action({ name: 'alerts.give', title: 'alerts.give', icon: 'bell', run: () => go('#/alerts/new') })
