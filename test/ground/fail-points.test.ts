import { expect, test } from 'vitest'
import { createFailPoints } from '../../src/fail-points.ts'

/** Which of these deaths happen, when chance gives `roll`. */
function deaths(setting: string | undefined, roll: number): number {
  let died = 0
  const reach = createFailPoints(
    setting,
    () => roll,
    () => died++,
  )
  reach('accept.committed')
  reach('dispatch.settled')
  return died
}

test.each([undefined, ''])('nothing dies anywhere when nothing is set (%j)', (setting) => {
  expect(deaths(setting, 0)).toBe(0)
})

test('a process dies at the points named, and passes the others', () => {
  expect(deaths('accept.committed:kill', 0.999)).toBe(1)
  expect(deaths('accept.committed:kill,dispatch.settled:kill', 0.999)).toBe(2)
  expect(deaths('dispatch.answered:kill', 0)).toBe(0)
})

test('a process dies as seldom as it was told', () => {
  expect(deaths('accept.committed:kill:0.25', 0.24)).toBe(1)
  expect(deaths('accept.committed:kill:0.25', 0.25)).toBe(0)
})

test.each([
  'accept.comitted:kill',
  'accept.committed',
  'accept.committed:hang',
  'accept.committed:kill:2',
  'accept.committed:kill:0',
  'accept.committed:kill:0.1:5',
])('a setting that would kill nothing is refused: %s', (setting) => {
  expect(() => createFailPoints(setting, Math.random, () => {})).toThrow(setting)
})
