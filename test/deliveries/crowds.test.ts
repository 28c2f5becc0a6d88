import { expect, test } from 'vitest'
import { createCrowds } from '../../src/deliveries/crowds.ts'

const CROWDED = 'ep_crowded'
const OTHER = 'ep_other'

function crowdsAt() {
  const clock = { at: 0, now: () => clock.at }
  return { clock, standingOf: createCrowds({ clock }) }
}

test('the first alarms of an endpoint stand in line, and what comes on top of them stands behind, in turns', () => {
  const { standingOf } = crowdsAt()
  const standings = Array.from({ length: 1_000 }, () => standingOf(CROWDED))
  expect(standings.slice(0, 100)).toEqual(Array(100).fill(0))
  expect(standings).toEqual(standings.toSorted((a, b) => a - b))
  expect(standings.at(-1)).toBe(9)
})

test('a crowd for one endpoint moves no other', () => {
  const { standingOf } = crowdsAt()
  for (let i = 0; i < 10_000; i++) standingOf(CROWDED)
  expect(standingOf(OTHER)).toBe(0)
})

test('a crowd is forgotten as it passes, and sooner than its size would have it when it is very large', () => {
  const { clock, standingOf } = crowdsAt()
  for (let i = 0; i < 100_000; i++) standingOf(CROWDED)
  expect(standingOf(CROWDED)).toBeGreaterThan(0)
  clock.at = 60_000
  expect(standingOf(CROWDED)).toBe(0)
})

test('an endpoint with a steady stream of some hundred a second always stands in line', () => {
  const { clock, standingOf } = crowdsAt()
  for (let i = 0; i < 10_000; i++) {
    clock.at += 1_000 / 400
    expect(standingOf(CROWDED)).toBe(0)
  }
})
