import { describe, expect, test } from 'vitest'

import { areaOf, circleAround, legBetween, lineBetween } from './geodesy'

const at = (lat: number, lon: number) => ({ lat, lon })

describe('a leg', () => {
  test('when along the equator is that of the ellipsoid', () => {
    expect(legBetween(at(0, 0), at(0, 1)).metres).toBeCloseTo(111_319.491, 2)
    expect(legBetween(at(0, 0), at(0, 1)).bearing).toBeCloseTo(90, 6)
  })

  test('when along a meridian is that of the ellipsoid', () => {
    expect(legBetween(at(0, 0), at(10, 0)).metres).toBeCloseTo(1_105_854.833, 1)
    expect(legBetween(at(10, 0), at(0, 0)).bearing).toBeCloseTo(180, 6)
  })

  test('when it is Flinders Peak to Buninyong is what Geoscience Australia gives', () => {
    const from = at(-(37 + 57 / 60 + 3.7203 / 3600), 144 + 25 / 60 + 29.5244 / 3600)
    const to = at(-(37 + 39 / 60 + 10.1561 / 3600), 143 + 55 / 60 + 35.3839 / 3600)
    const leg = legBetween(from, to)
    expect(leg.metres).toBeCloseTo(54_972.271, 2)
    expect(leg.bearing).toBeCloseTo(306 + 52 / 60 + 5.37 / 3600, 4)
  })

  test('when it goes nowhere has no length, and when it goes around the earth an end', () => {
    expect(legBetween(at(5, 5), at(5, 5)).metres).toBe(0)
    expect(legBetween(at(0, 0), at(0.3, 179.7)).metres).toBeGreaterThan(19_900_000)
  })

  test('when it crosses the date line is short', () => {
    expect(legBetween(at(0, 179.5), at(0, -179.5)).metres).toBeCloseTo(111_319.491, 2)
  })
})

test('a line when long is bent and keeps its ends', () => {
  const line = lineBetween(at(50, 0), at(50, 90))
  expect(line[0]).toEqual(at(50, 0))
  expect(line.at(-1)).toEqual(at(50, 90))
  expect(Math.max(...line.map((p) => p.lat))).toBeGreaterThan(58)
})

test('an area when one degree on the equator is that of the ellipsoid', () => {
  const square = [at(0, 0), at(0, 1), at(1, 1), at(1, 0)]
  expect(areaOf(square) / 12_308_778_361).toBeCloseTo(1, 4)
  expect(areaOf([...square].reverse())).toBeCloseTo(areaOf(square), 0)
})

test('a circle when drawn lies everywhere at its distance', () => {
  for (const corner of circleAround(at(16, -3), 25_000)) {
    expect(Math.abs(legBetween(at(16, -3), corner).metres / 25_000 - 1)).toBeLessThan(0.006)
  }
})
