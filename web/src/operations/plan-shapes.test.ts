import { expect, test } from 'vitest'

import { drawn, emptyPlan, missingOf, planOf } from './plan-shapes'

const NOW = 1_700_000_040_000_000

test('what is missing is named with whom it is missing from', () => {
  expect(missingOf('legal_check bf')).toEqual(['legal_check', 'bf'])
  expect(missingOf('protected ne/spine/9')).toEqual(['protected', 'ne/spine/9'])
})

test('volumes that cannot be read yet are not asked about', () => {
  const plan = emptyPlan(NOW)
  expect(drawn(plan)).toEqual([])
  const half = { ...plan.volumes[0]!, points: '14, 0\n14, 1' }
  const whole = { ...plan.volumes[0]!, points: '14, 0\n14, 1\n15, 1' }
  expect(drawn({ ...plan, volumes: [half, whole] })).toHaveLength(1)
  const { problems } = planOf({ ...plan, volumes: [whole, half] }, 'ml')
  expect(problems).toEqual({
    title: 'writing.needed', text: 'writing.needed', desk: 'writing.needed',
    'volumes[1].points': 'operation.three_corners',
  })
})

test('whoever plans is among those who contribute, each once and in order', () => {
  const plan = { ...emptyPlan(NOW), contributors: ['ne', 'bf'] }
  expect(planOf(plan, 'ml').body['contributors']).toEqual(['bf', 'ml', 'ne'])
})
