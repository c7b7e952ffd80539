/** What this folder brings to the desk: the field report, what is not sent, the service worker. */

import { barView, beforeLeaving, screen } from '../house/registry'
import './words'

screen({
  name: 'field',
  title: 'field.title',
  icon: 'phone',
  load: () => import('./field-report'),
  element: 'toguna-field-report',
  order: 25,
})
barView({ element: 'toguna-unsent', load: () => import('./unsent') })
beforeLeaving(async () => (await import('./leaving')).mayLeave())

// Neither is needed for the first look at the page.
setTimeout(() => {
  void import('./queue').then(({ queue }) => queue.begin())
  void import('./install').then(({ offline }) => offline.begin())
}, 0)
