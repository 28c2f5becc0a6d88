import { expect, test } from 'vitest'
import { createRecent } from '../../src/access/recent.ts'

function recent(options: { capacity?: number; fail?: boolean } = {}) {
  let now = 0
  const asked: string[][] = []
  const rows = createRecent<string, string>({
    async load(ids) {
      asked.push([...ids])
      if (options.fail && asked.length === 1) throw new Error('away')
      return new Map(ids.filter((id) => id !== 'absent').map((id) => [id, `row of ${id}`]))
    },
    clock: { now: () => now },
    goodForMs: 1_000,
    capacity: options.capacity ?? 10,
  })
  return { rows, asked, pass: (ms: number) => (now += ms) }
}

test('rows asked for at the same moment are read together, each once', async () => {
  const { rows, asked } = recent()
  expect(await Promise.all(['a', 'b', 'a', 'absent'].map((id) => rows.get(id)))).toEqual([
    'row of a',
    'row of b',
    'row of a',
    undefined,
  ])
  expect(asked).toEqual([['a', 'b', 'absent']])
})

test('a row is good for its time, one that is absent too, and then read again', async () => {
  const { rows, asked, pass } = recent()
  await Promise.all([rows.get('a'), rows.get('absent')])
  pass(999)
  await Promise.all([rows.get('a'), rows.get('absent')])
  expect(asked).toHaveLength(1)
  pass(1)
  await rows.get('a')
  expect(asked).toEqual([['a', 'absent'], ['a']])
})

test('no more rows are kept than there is room for', async () => {
  const { rows, asked } = recent({ capacity: 2 })
  for (const id of ['a', 'b', 'c', 'b', 'c', 'a']) await rows.get(id)
  expect(asked).toEqual([['a'], ['b'], ['c'], ['a']])
})

test('a database that was away is asked again', async () => {
  const { rows } = recent({ fail: true })
  await expect(rows.get('a')).rejects.toThrow('away')
  expect(await rows.get('a')).toBe('row of a')
})
