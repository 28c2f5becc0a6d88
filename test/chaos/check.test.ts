import { expect, test } from 'vitest'
import { check, type JudgedDelivery } from './check.ts'
import type { Line } from './receiver-log.ts'

const accepted = [{ n: 0, id: 'evt_a', acceptedAt: 0 }]

const delivery = (fields: Partial<JudgedDelivery> = {}): JudgedDelivery => ({
  eventId: 'evt_a',
  status: 'delivered',
  reason: null,
  ...fields,
})

const line = (status: number, endpoint = '/0', id = 'evt_a'): Line => ({ at: 0, endpoint, id, status })

test('an event that is shown as delivered and was taken is delivered', () => {
  expect(check(accepted, [delivery()], [line(500), line(204)])).toEqual({
    accepted: 1,
    delivered: 1,
    notDelivered: {},
    lost: [],
    storedTwice: 0,
    duplicates: 0,
  })
})

test.each([
  ['that is not stored', [], [line(204)]],
  ['that is shown as delivered and never came', [delivery()], []],
  ['that is shown as delivered and was refused', [delivery()], [line(500)]],
  ['that is still under way', [delivery({ status: 'retrying' })], [line(500)]],
  ['that failed and does not say why', [delivery({ status: 'failed' })], [line(500)]],
  ['that is held still', [delivery({ status: 'held' })], []],
])('an accepted event %s is lost', (_, deliveries, lines) => {
  expect(check(accepted, deliveries, lines).lost).toHaveLength(1)
})

test('an event that failed and says why is not lost', () => {
  const failed = delivery({ status: 'failed', reason: 'attempts_exhausted' })
  expect(check(accepted, [failed], [line(500)])).toMatchObject({
    lost: [],
    notDelivered: { 'failed: attempts_exhausted': 1 },
  })
})

test('a delivery that nobody was told of, or a second one, is stored twice', () => {
  expect(check(accepted, [delivery(), delivery({ eventId: 'evt_b' })], [line(204)]).storedTwice).toBe(1)
  expect(check(accepted, [delivery(), delivery()], [line(204)]).storedTwice).toBe(1)
})

test('what comes again after it was taken is a duplicate, at the same endpoint alone', () => {
  expect(check(accepted, [delivery()], [line(204), line(204), line(500)]).duplicates).toBe(2)
  expect(check(accepted, [delivery()], [line(500), line(204)]).duplicates).toBe(0)
  expect(check(accepted, [delivery()], [line(204, '/0'), line(204, '/1')]).duplicates).toBe(0)
})
