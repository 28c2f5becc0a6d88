import { expect, test } from 'vitest'
import { createSlots, type Lane } from '../../src/dispatch/slots.ts'

/** Work that goes on until it is told to end. */
function endless(slots: ReturnType<typeof createSlots>) {
  const running: Record<Lane, (() => void)[]> = { front: [], back: [] }
  const begin = (lane: Lane, count: number) =>
    Array.from({ length: count }, () =>
      slots.run(lane, () => new Promise<void>((resolve) => running[lane].push(resolve))),
    )
  const settle = () => new Promise((resolve) => setImmediate(resolve))
  return { running, begin, settle }
}

test('a wave of retries leaves places for what is fresh, and a flood of fresh events leaves some for retries', async () => {
  for (const [first, second] of [
    ['back', 'front'],
    ['front', 'back'],
  ] as const) {
    const slots = createSlots(100)
    const { running, begin, settle } = endless(slots)
    begin(first, 500)
    begin(second, 500)
    await settle()
    expect(running[first]).toHaveLength(slots.most(first))
    expect(running[second]).toHaveLength(100 - slots.most(first))
    expect(running[second].length).toBeGreaterThan(0)
  }
})

test('there are never more in hand than there are places, and nobody waits beside a free one', async () => {
  for (const places of [1, 2, 3, 10]) {
    const slots = createSlots(places)
    const { running, begin, settle } = endless(slots)
    const all = [...begin('back', 20), ...begin('front', 20)]
    let ended = 0
    while (ended < 40) {
      await settle()
      const now = running.front.length + running.back.length
      expect(now).toBeLessThanOrEqual(places)
      expect(now).toBeGreaterThan(0)
      ;(running.front.shift() ?? running.back.shift())!()
      ended++
    }
    await Promise.all(all)
  }
})

test('work that fails gives its place back', async () => {
  const slots = createSlots(1)
  await expect(slots.run('front', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await slots.run('back', async () => 'yes')).toBe('yes')
})
