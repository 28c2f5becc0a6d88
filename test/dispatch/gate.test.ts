import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createGate } from '../../src/dispatch/gate.ts'

const QUICK = 'ep_quick'
const OTHER = 'ep_other'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const gateOf = (concurrency = 100) => createGate({ clock: { now: () => Date.now() }, concurrency })

test('a slow receiver pays for itself alone: its places are taken, those of others are not', async () => {
  const gate = gateOf()
  for (let i = 0; i < 10; i++) expect(await gate.enter(QUICK, 10)).toBe(true)
  expect(await gate.enter(OTHER, 10)).toBe(true)
})

test('whoever waits for a quick endpoint gets the place that is left next', async () => {
  const gate = gateOf()
  await gate.enter(QUICK, 1)
  const second = gate.enter(QUICK, 1)
  gate.leave(QUICK, 5)
  expect(await second).toBe(true)
})

test('whoever waits gets no place while more are taken than there may be by now', async () => {
  const gate = gateOf()
  for (let i = 0; i < 3; i++) await gate.enter(QUICK, 3)
  let entered = false
  const waiting = gate.enter(QUICK, 3).then((is) => {
    entered = is
  })
  for (let taken = 3; taken > 1; taken--) {
    gate.leave(QUICK, 5, 1)
    await vi.advanceTimersByTimeAsync(0)
    expect(entered).toBe(false)
    expect(gate.taken()).toBe(taken - 1)
  }
  gate.leave(QUICK, 5, 1)
  await waiting
  expect(entered).toBe(true)
  expect(gate.taken()).toBe(1)
})

test('with more places than before, whoever came with fewer leaves its place to who waits', async () => {
  const gate = gateOf()
  await gate.enter(QUICK, 1)
  for (let i = 1; i < 10; i++) await gate.enter(QUICK, 10)
  const next = gate.enter(QUICK, 10)
  gate.leave(QUICK, 5)
  expect(await next).toBe(true)
})

test('nobody waits for an endpoint that is known to be slow', async () => {
  const gate = gateOf()
  await gate.enter(QUICK, 1)
  gate.leave(QUICK, 15_000)
  expect(await gate.enter(QUICK, 1)).toBe(true)
  expect(await gate.enter(QUICK, 1)).toBe(false)
})

test('all may wait for what is as good as gone, fewer the longer it takes', async () => {
  const waitingFor = async (pace: number) => {
    const gate = gateOf(100)
    await gate.enter(QUICK, 10)
    gate.leave(QUICK, pace)
    for (let i = 0; i < 10; i++) await gate.enter(QUICK, 10)
    let sentAway = 0
    for (let i = 0; i < 200; i++) void gate.enter(QUICK, 10).then((entered) => entered || sentAway++)
    await vi.advanceTimersByTimeAsync(0)
    return 200 - sentAway
  }
  expect(await waitingFor(1)).toBe(200)
  expect(await waitingFor(40)).toBe(50)
  expect(await waitingFor(250)).toBe(25)
  expect(await waitingFor(10_000)).toBe(0)
})

test('an endpoint that is quiet is waited for by fewer and fewer, before anything is known of it too', async () => {
  const gate = gateOf(100)
  let waiting = 0
  const crowd = async () => {
    const before = waiting
    for (let i = 0; i < 100; i++) {
      waiting++
      void gate.enter(QUICK, 10).then((entered) => entered || waiting--)
    }
    await vi.advanceTimersByTimeAsync(0)
    return waiting - before
  }
  for (let i = 0; i < 10; i++) await gate.enter(QUICK, 10)
  const atFirst = await crowd()
  expect(atFirst).toBeLessThan(100)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(waiting).toBe(0)
  const later = await crowd()
  expect(later).toBeLessThan(atFirst)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(await crowd()).toBe(0)
})

test('a place that was not used says nothing of the pace', async () => {
  const gate = gateOf()
  await gate.enter(QUICK, 1)
  gate.leave(QUICK, 15_000)
  await gate.enter(QUICK, 1)
  gate.leave(QUICK, null)
  await gate.enter(QUICK, 1)
  expect(await gate.enter(QUICK, 1)).toBe(false)
})

test('whoever waits for an endpoint that stops answering is sent away in time', async () => {
  const gate = gateOf()
  await gate.enter(QUICK, 1)
  const waiting = gate.enter(QUICK, 1)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(await waiting).toBe(false)
  gate.leave(QUICK, 15_000)
  expect(await gate.enter(QUICK, 1)).toBe(true)
})

test('there are never more in flight than there are places, however they come and go', async () => {
  const gate = gateOf()
  let inFlight = 0
  let most = 0
  const visit = async (took: number) => {
    if (!(await gate.enter(QUICK, 3))) return
    most = Math.max(most, ++inFlight)
    await new Promise((resolve) => setTimeout(resolve, took))
    inFlight--
    gate.leave(QUICK, took)
  }
  const visits = Array.from({ length: 200 }, (_, i) => visit((i * 7) % 20))
  await vi.advanceTimersByTimeAsync(10_000)
  await Promise.all(visits)
  expect(most).toBe(3)
  expect(inFlight).toBe(0)
})

test('whoever is sent away gets a turn, one after the other at the pace of the endpoint', async () => {
  const gate = gateOf()
  await gate.enter(QUICK, 10)
  gate.leave(QUICK, 400)
  const turns = Array.from({ length: 20 }, () => gate.turnOf(QUICK, 10))
  expect(turns).toEqual(Array.from({ length: 20 }, (_, i) => 40 * (i + 1)).map((ms) => expect.closeTo(ms, 0)))
  // As time passes, the turns that were given come, and others follow them.
  await vi.advanceTimersByTimeAsync(400)
  expect(gate.turnOf(QUICK, 10)).toBeCloseTo(440, 0)
})

test('no turn is given that is too far off, nor for an endpoint that nothing is known of', async () => {
  const gate = gateOf()
  expect(gate.turnOf(OTHER, 10)).toBeNull()
  await gate.enter(QUICK, 1)
  gate.leave(QUICK, 15_000)
  expect(gate.turnOf(QUICK, 1)).toBeNull()
})
