import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Lane } from '../../src/dispatch/slots.ts'
import { createTenantGate, type TenantGate } from '../../src/dispatch/tenant-gate.ts'

const CONCURRENCY = 100
/** A lane alone may have so many of them. */
const FRONT = 90

let gate: TenantGate
beforeEach(() => {
  vi.useFakeTimers()
  gate = createTenantGate({ clock: { now: () => Date.now() }, concurrency: CONCURRENCY })
})
afterEach(() => void vi.useRealTimers())

/** A tenant whose attempts last so long that nobody waits for a place of it. */
async function hanging(...tenants: string[]) {
  for (const tenantId of tenants)
    for (const lane of ['front', 'back'] as const) {
      await gate.enter(tenantId, lane)
      gate.leave(tenantId, lane, 15_000)
    }
}

/** Enters at once, as what was loaded together does, for each of these tenants in turn. @returns how many places each got */
async function crowd(lane: Lane, ...tenants: string[]): Promise<number[]> {
  const entered = Array.from({ length: CONCURRENCY }, () =>
    tenants.map((tenantId) => gate.enter(tenantId, lane)),
  )
  const got = await Promise.all(entered.map((turn) => Promise.all(turn)))
  return tenants.map((_, i) => got.filter((turn) => turn[i]).length)
}

test('one tenant has nine tenths of a lane, and whoever comes new finds a place', async () => {
  await hanging('a')
  expect(await crowd('front', 'a')).toEqual([0.9 * FRONT])
  expect(await gate.enter('new', 'front')).toBe(true)
})

test('those that want all have the same, and whoever comes new finds a place', async () => {
  await hanging('a', 'b', 'c')
  const places = await crowd('front', 'a', 'b', 'c')
  expect(Math.max(...places) - Math.min(...places)).toBeLessThanOrEqual(1)
  expect(places[0]).toBeGreaterThan(FRONT / 4)
  expect(await gate.enter('new', 'front')).toBe(true)
})

test('its first tries do not keep out its retries, and its own of both lanes leave places to others', async () => {
  await hanging('a')
  await crowd('front', 'a')
  expect((await crowd('back', 'a'))[0]).toBeGreaterThan(10)
  expect(await gate.enter('new', 'front')).toBe(true)
})

test('places that are given back may be taken again', async () => {
  await hanging('a')
  const [had] = await crowd('front', 'a')
  for (let i = 0; i < had!; i++) gate.leave('a', 'front', 15_000)
  expect(await crowd('front', 'a')).toEqual([had])
})

test('of quick attempts one more waits for the next place, and is not sent away', async () => {
  await gate.enter('a', 'front')
  gate.leave('a', 'front', 5)
  const all = Array.from({ length: FRONT }, () => gate.enter('a', 'front'))
  for (let i = 0; i < FRONT; i++) gate.leave('a', 'front', 5)
  expect(await Promise.all(all)).toEqual(Array.from({ length: FRONT }, () => true))
})

test('a quick tenant with many more to come makes room for another, place by place', async () => {
  let inHand = { a: 0, b: 0 }
  const enter = (tenantId: 'a' | 'b') =>
    void gate.enter(tenantId, 'front').then((entered) => {
      if (entered) inHand[tenantId]++
    })
  for (let i = 0; i < FRONT; i++) enter('a')
  await vi.advanceTimersByTimeAsync(0)
  expect(inHand.a).toBe(0.9 * FRONT)
  for (let turn = 0; turn < FRONT; turn++) {
    for (const tenantId of ['a', 'b'] as const) enter(tenantId)
    await vi.advanceTimersByTimeAsync(1)
    inHand = { ...inHand, a: inHand.a - 1 }
    gate.leave('a', 'front', 5)
    await vi.advanceTimersByTimeAsync(1)
  }
  expect(inHand.b).toBeGreaterThan(FRONT / 3)
  expect(inHand.a + inHand.b).toBeLessThanOrEqual(FRONT)
})

test('where there is one place, it is had', async () => {
  gate = createTenantGate({ clock: { now: () => Date.now() }, concurrency: 1 })
  await hanging('a')
  expect(await crowd('front', 'a')).toEqual([1])
  gate.leave('a', 'front', 15_000)
  expect(await gate.enter('b', 'back')).toBe(true)
})
