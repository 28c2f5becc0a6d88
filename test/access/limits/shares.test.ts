import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createShares, type Draw, type Shares } from '../../../src/access/limits/shares.ts'
import { HOUR, SECOND } from '../../../src/duration.ts'

let now = 1_000_000
const clock = { now: () => now }

/** A store in this process: windows by the test's time, and a note of each draw. */
function createStore(seconds: number) {
  const windows = new Map<string, { total: number; endsAt: number }>()
  const draws: number[] = []
  const draw: Draw = async (id, points) => {
    draws.push(points)
    const known = windows.get(id)
    const window = known && now < known.endsAt ? known : { total: 0, endsAt: now + seconds * SECOND }
    window.total += points
    windows.set(id, window)
    return { total: window.total, resetMs: window.endsAt - now }
  }
  return { draw, draws }
}

async function granted(shares: Shares, times: number, id = 'a', cost = 1): Promise<number> {
  const standings = await Promise.all(Array.from({ length: times }, () => shares.take(id, cost)))
  return standings.filter((standing) => standing.granted).length
}

test.each([1, 3, 19, 20, 100, 1_001])(
  'of a limit of %i, so many are granted in a window, and again in the next',
  async (count) => {
    const { draw } = createStore(10)
    const shares = createShares({ rate: { count, seconds: 10 }, draw, clock })
    expect(await granted(shares, count + 7)).toBe(count)
    expect(await shares.take('a', 1)).toEqual({ granted: false, remaining: 0, resetMs: 10 * SECOND })
    now += 10 * SECOND
    expect(await granted(shares, count + 7)).toBe(count)
  },
)

test('a window costs the store some twenty questions, and what is refused costs none', async () => {
  const { draw, draws } = createStore(1)
  const shares = createShares({ rate: { count: 5_000, seconds: 1 }, draw, clock })
  for (let i = 0; i < 5_000; i++) await shares.take('a', 1)
  expect(draws).toHaveLength(20)
  expect(await granted(shares, 1_000)).toBe(0)
  expect(draws).toHaveLength(20)
})

test('those that ask at the same moment share a question', async () => {
  const { draw, draws } = createStore(1)
  const shares = createShares({ rate: { count: 1_000_000, seconds: 1 }, draw, clock })
  expect(await granted(shares, 200, 'a', 1_000)).toBe(200)
  // The first asks for a portion, the second for all who came meanwhile.
  expect(draws).toEqual([50_000, 150_000])
})

test('what one is refused does not hinder another', async () => {
  const { draw } = createStore(1)
  const shares = createShares({ rate: { count: 5, seconds: 1 }, draw, clock })
  expect(await granted(shares, 9, 'a')).toBe(5)
  expect(await granted(shares, 5, 'b')).toBe(5)
})

test('what is refused for its size costs nothing: what is left is there for others', async () => {
  const { draw } = createStore(1)
  const shares = createShares({ rate: { count: 100, seconds: 1 }, draw, clock })
  expect((await shares.take('a', 60)).granted).toBe(true)
  expect(await shares.take('a', 60)).toMatchObject({ granted: false, remaining: 40 })
  expect((await shares.take('a', 40)).granted).toBe(true)
})

test('more than the limit allows at all is taken as all of it', async () => {
  const { draw } = createStore(1)
  const shares = createShares({ rate: { count: 100, seconds: 1 }, draw, clock })
  expect(await shares.take('a', 1_000)).toMatchObject({ granted: true, remaining: 0 })
  expect((await shares.take('a', 1)).granted).toBe(false)
})

test('however they ask, processes together never get more than the limit, and leave less than a portion for each', async () => {
  const asks = fc.array(fc.record({ of: fc.nat(3), cost: fc.integer({ min: 1, max: 40 }) }), {
    maxLength: 200,
  })
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 200 }), asks, async (count, requests) => {
      const { draw } = createStore(10)
      const processes = Array.from({ length: 4 }, () =>
        createShares({ rate: { count, seconds: 10 }, draw, clock }),
      )
      const results = await Promise.all(
        requests.map(async ({ of, cost }) => {
          const standing = await processes[of]!.take('a', cost)
          return standing.granted ? Math.min(cost, count) : 0
        }),
      )
      const spent = results.reduce((sum, cost) => sum + cost, 0)
      expect(spent).toBeLessThanOrEqual(count)
      // What is not spent yet is held by the processes, or to be had: asked for one by one, all of it is.
      let rest = 0
      for (const shares of processes) rest += await granted(shares, count)
      expect(spent + rest).toBe(count)
    }),
    { numRuns: 200 },
  )
})

test.each([
  ['back', -HOUR],
  ['forward', HOUR],
])('a clock that was set %s keeps nobody out, and lets nobody in', async (_, by) => {
  let total = 0
  // A store with a clock of its own.
  const draw: Draw = async (_id, points) => {
    total += points
    return { total, resetMs: 10 * SECOND }
  }
  const shares = createShares({ rate: { count: 5, seconds: 10 }, draw, clock })
  expect(await granted(shares, 9)).toBe(5)
  now += by
  expect(await shares.take('a', 1)).toMatchObject({ granted: false, resetMs: 10 * SECOND })
  total = 0
  now += 10 * SECOND
  expect(await granted(shares, 9)).toBe(5)
})

test('beyond so many, the oldest is forgotten: memory is bounded', async () => {
  const { draw, draws } = createStore(1_000)
  const shares = createShares({ rate: { count: 40, seconds: 1_000 }, draw, clock, capacity: 100 })
  for (let i = 0; i < 200; i++) await shares.take(`${i}`, 1)
  expect(draws).toHaveLength(200)
  // One of the last hundred has a point left of the two that it drew; one of the first draws anew.
  await shares.take('150', 1)
  expect(draws).toHaveLength(200)
  await shares.take('50', 1)
  expect(draws).toHaveLength(201)
})

test('a question that fails is the failure of those who waited for it, and of nobody after', async () => {
  let isAway = true
  const { draw } = createStore(1)
  const shares = createShares({
    rate: { count: 5, seconds: 1 },
    draw: async (id, points) => {
      if (isAway) throw new Error('away')
      return draw(id, points)
    },
    clock,
  })
  await expect(Promise.all([shares.take('a', 1), shares.take('a', 1)])).rejects.toThrow('away')
  isAway = false
  expect(await granted(shares, 9)).toBe(5)
})
