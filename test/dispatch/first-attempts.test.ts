/** What one alarm rings for is made as places allow, each by itself. */
import { expect, test } from 'vitest'
import { createFirstAttempts } from '../../src/dispatch/first-attempts.ts'
import { createSlots } from '../../src/dispatch/slots.ts'
import { type Id, newId } from '../../src/ids.ts'

const settle = () => new Promise((resolve) => setImmediate(resolve))
const someIds = (count: number) => Array.from({ length: count }, () => newId('delivery'))

/** Attempts that go on until they are told to end. */
function underway(places: number) {
  const running = new Map<Id<'delivery'>, { end(): void; fail(error: Error): void }>()
  const made: { deliveryId: Id<'delivery'>; attempt: number; sharedAlarm?: Id<'delivery'> }[] = []
  const released: Id<'delivery'>[] = []
  const slots = createSlots(places)
  const first = createFirstAttempts({
    slots,
    dispatch: (alarm) => {
      made.push(alarm)
      return new Promise((resolve, reject) => running.set(alarm.deliveryId, { end: resolve, fail: reject }))
    },
    letGo: async (ids) => void released.push(...ids),
  })
  const state = { hasBegun: false, hasEnded: false }
  const make = (ids: readonly Id<'delivery'>[]) =>
    first
      .make(ids, () => {
        state.hasBegun = true
      })
      .finally(() => {
        state.hasEnded = true
      })
  return { first, make, made, released, running, state, most: slots.most('front') }
}

test('each that shares an alarm is made once, no more at a time than the lane has places', async () => {
  const { make, made, running, most } = underway(10)
  const ids = someIds(20)
  const all = make(ids)
  let ended = 0
  while (ended < ids.length) {
    await settle()
    expect(running.size).toBeLessThanOrEqual(most)
    const [id, { end }] = [...running][0]!
    running.delete(id)
    end()
    ended++
  }
  await all
  expect(made).toEqual(ids.map((deliveryId) => ({ deliveryId, attempt: 1, sharedAlarm: ids[0] })))
})

test('one that is alone shares nothing', async () => {
  const { make, made, running } = underway(10)
  const [id] = someIds(1)
  const all = make([id!])
  running.get(id!)!.end()
  await all
  expect(made).toEqual([{ deliveryId: id, attempt: 1 }])
})

test('a slow one holds up none of the others, keeps the alarm, and not the worker from taking another', async () => {
  const { make, running, state } = underway(4)
  const ids = someIds(20)
  const all = make(ids)
  await settle()
  expect(state.hasBegun).toBe(false)
  for (const id of ids.slice(1)) {
    running.get(id)!.end()
    await settle()
  }
  expect(state).toEqual({ hasBegun: true, hasEnded: false })
  running.get(ids[0]!)!.end()
  await all
})

test('one that breaks does not end the alarm of those that are under way', async () => {
  const { make, running, state } = underway(10)
  const ids = someIds(3)
  const all = make(ids)
  running.get(ids[0]!)!.fail(new Error('Postgres is away'))
  await settle()
  expect(state.hasEnded).toBe(false)
  for (const id of ids.slice(1)) running.get(id)!.end()
  await expect(all).rejects.toThrow('Postgres is away')
})

test('at a stop those in flight go on, those that wait for a place are let go at once, and none of them is made', async () => {
  const { first, make, made, released, running, most } = underway(10)
  const ids = someIds(20)
  const all = make(ids)
  await settle()
  await first.stop()
  expect(released).toEqual(ids.slice(most))
  const late = someIds(2)
  await make(late)
  expect(released).toEqual([...ids.slice(most), ...late])
  for (const { end } of running.values()) end()
  await all
  expect(made).toHaveLength(most)
})
