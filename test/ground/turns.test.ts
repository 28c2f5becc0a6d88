import { beforeEach, expect, it } from 'vitest'
import { inTurns, type Work } from '../../src/turns.ts'

/** So that each test begins with a turn in which nobody has reckoned. */
beforeEach(() => new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve))))

/** Reckons until the slice of its turn must be over, so many times, and tells each time. */
function* long(times: number, told: () => void): Work<string> {
  for (let i = 0; i < times; i++) {
    yield
    told()
    for (const until = performance.now() + 12; performance.now() < until; );
  }
  return 'done'
}

it('a work that is short is done at once, and gives what it returns', async () => {
  const order: string[] = []
  function* short(): Work<number> {
    yield
    order.push('work')
    return 7
  }
  const result = inTurns(short())
  order.push('caller')
  expect(await result).toBe(7)
  expect(order).toEqual(['work', 'caller'])
})

it('a long work lets the event loop turn between its pieces', async () => {
  const order: string[] = []
  const turn = () => {
    order.push('turn')
    if (!order.includes('end')) setImmediate(turn)
  }
  setImmediate(turn)
  expect(await inTurns(long(4, () => order.push('piece')))).toBe('done')
  order.push('end')
  expect(order.filter((entry) => entry === 'piece')).toHaveLength(4)
  for (let i = 1; i < order.length; i++) expect([order[i - 1], order[i]]).not.toEqual(['piece', 'piece'])
})

it('of many long works one goes on in each turn, the one that has waited longest', async () => {
  const order: string[] = []
  const works = ['a', 'b', 'c'].map((name) => inTurns(long(3, () => order.push(name))))
  const turn = () => {
    order.push('-')
    if (order.filter((entry) => entry !== '-').length < 9) setImmediate(turn)
  }
  setImmediate(turn)
  await Promise.all(works)
  // The first begins at once; then all three are in line.
  const [first, ...rest] = order.filter((entry) => entry !== '-')
  expect([first, rest.join('')]).toEqual(['a', 'abcabcbc'])
  expect(order.slice(order.indexOf('-')).join('')).not.toMatch(/[abc]{2}/)
})

it('a work that throws rejects, and those in line behind it go on', async () => {
  function* failing(): Work<never> {
    yield* long(2, () => {})
    throw new Error('no more')
  }
  const [failed, other] = [inTurns(failing()), inTurns(long(3, () => {}))]
  await expect(failed).rejects.toThrow('no more')
  expect(await other).toBe('done')
})
