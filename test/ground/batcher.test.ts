import { expect, onTestFinished, test, vi } from 'vitest'
import { createBatcher } from '../../src/batcher.ts'

/** A group that is running until it is told to end. */
function controlled() {
  const groups: { items: readonly number[]; end(): void; fail(error: Error): void }[] = []
  let arrived = () => {}
  return {
    groups,
    run: (items: readonly number[]) =>
      new Promise<number[]>((resolve, reject) => {
        groups.push({ items, end: () => resolve(items.map((item) => item * 10)), fail: reject })
        arrived()
      }),
    async group(index: number) {
      while (!groups[index]) await new Promise<void>((resolve) => (arrived = resolve))
      return groups[index]
    },
  }
}

test('calls made together share a group, and each gets its own result', async () => {
  const { run, group } = controlled()
  const batcher = createBatcher({ run, maxItems: 10 })
  const results = Promise.all([1, 2, 3].map((item) => batcher.add(item)))
  const first = await group(0)
  expect(first.items).toEqual([1, 2, 3])
  first.end()
  expect(await results).toEqual([10, 20, 30])
})

test('calls made while a group runs wait and go together', async () => {
  const { run, group } = controlled()
  const batcher = createBatcher({ run, maxItems: 10 })
  const one = batcher.add(1)
  const first = await group(0)
  const others = Promise.all([2, 3].map((item) => batcher.add(item)))
  expect(batcher.waiting).toMatchObject({ items: 2 })
  first.end()
  await one
  const second = await group(1)
  expect(second.items).toEqual([2, 3])
  second.end()
  await others
})

test('a group holds no more items and no more weight than it may, and a heavy item still goes alone', async () => {
  const { run, groups, group } = controlled()
  const batcher = createBatcher({ run, maxItems: 3, maxWeight: 10, weigh: (item) => item, maxRunning: 9 })
  const all = Promise.all([50, 4, 5, 6, 1, 1, 1].map((item) => batcher.add(item)))
  await group(3)
  expect(groups.map(({ items }) => items)).toEqual([[50], [4, 5], [6, 1, 1], [1]])
  for (const { end } of groups) end()
  await all
})

test('a group that fails fails its own items alone', async () => {
  const { run, group } = controlled()
  const batcher = createBatcher({ run, maxItems: 1 })
  const one = batcher.add(1)
  const two = batcher.add(2)
  const failed = expect(one).rejects.toThrow('no')
  ;(await group(0)).fail(new Error('no'))
  await failed
  ;(await group(1)).end()
  expect(await two).toBe(20)
})

test('idle resolves once all that was added has ended', async () => {
  const { run, group } = controlled()
  const batcher = createBatcher({ run, maxItems: 1 })
  await batcher.idle()
  const one = batcher.add(1)
  let idle = false
  const waited = batcher.idle().then(() => (idle = true))
  const first = await group(0)
  expect(idle).toBe(false)
  first.end()
  await one
  await waited
  expect(idle).toBe(true)
})

test('beside a group that has not run for long only a full one begins', async () => {
  const { run, groups, group } = controlled()
  const batcher = createBatcher({ run, maxItems: 2, maxRunning: 3, besideAfterMs: 60_000 })
  const one = batcher.add(1)
  const first = await group(0)
  const full = Promise.all([2, 3, 4].map((item) => batcher.add(item)))
  const second = await group(1)
  expect(groups.map(({ items }) => items)).toEqual([[1], [2, 3]])
  first.end()
  second.end()
  ;(await group(2)).end()
  expect([await one, await full]).toEqual([10, [20, 30, 40]])
})

test('as many as are said to be worth it begin beside those that run, though they do not fill a group', async () => {
  const { run, groups, group } = controlled()
  const options = { maxItems: 10, maxRunning: 2, besideAfterMs: 60_000, besideFrom: 2 }
  const batcher = createBatcher({ run, ...options })
  const one = batcher.add(1)
  const first = await group(0)
  const both = Promise.all([2, 3].map((item) => batcher.add(item)))
  const second = await group(1)
  expect(groups.map(({ items }) => items)).toEqual([[1], [2, 3]])
  second.end()
  expect(await both).toEqual([20, 30])
  first.end()
  expect(await one).toBe(10)
})

test('where one group runs at a time, none begins beside it however many wait: they go in the order of the calls', async () => {
  const { run, groups, group } = controlled()
  const batcher = createBatcher({ run, maxItems: 10, besideFrom: 2 })
  const one = batcher.add(1)
  const first = await group(0)
  const others = Promise.all([2, 3, 4].map((item) => batcher.add(item)))
  await new Promise(setImmediate)
  expect(groups).toHaveLength(1)
  first.end()
  ;(await group(1)).end()
  expect([await one, await others]).toEqual([10, [20, 30, 40]])
})

test('a group that takes long is not waited for', async () => {
  const { run, group } = controlled()
  const batcher = createBatcher({ run, maxItems: 10, maxRunning: 2, besideAfterMs: 5 })
  const one = batcher.add(1)
  const first = await group(0)
  const two = batcher.add(2)
  const second = await group(1)
  second.end()
  expect(await two).toBe(20)
  first.end()
  expect(await one).toBe(10)
})

test('a group that hangs does not slow those that come after it', async () => {
  const time = vi.spyOn(performance, 'now').mockReturnValue(0)
  onTestFinished(() => time.mockRestore())
  const { run, group } = controlled()
  const batcher = createBatcher({ run, maxItems: 10, maxRunning: 3, besideAfterMs: 60_000 })
  const hanging = batcher.add(0)
  const first = await group(0)
  time.mockReturnValue(60_000)
  for (let i = 1; i <= 3; i++) {
    const quick = batcher.add(i)
    ;(await group(i)).end()
    expect(await quick).toBe(i * 10)
  }
  first.end()
  await hanging
})

test('a group is full by its weight too', async () => {
  const { run, group } = controlled()
  const batcher = createBatcher({
    run,
    maxItems: 10,
    maxWeight: 5,
    weigh: (item) => item,
    maxRunning: 2,
    besideAfterMs: 60_000,
  })
  const one = batcher.add(1)
  const first = await group(0)
  const heavy = batcher.add(5)
  ;(await group(1)).end()
  expect(await heavy).toBe(50)
  first.end()
  expect(await one).toBe(10)
})
