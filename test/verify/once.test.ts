import { describe, expect, it } from 'vitest'
import { newSecret, signedRequest } from '../../src/testing/index.ts'
import { receive, rememberInMemory } from '../../src/verify/index.ts'

const secret = newSecret()
const sent = (id: string) => signedRequest({ type: 'a', data: 1, secret, id })

describe('ids in memory', () => {
  it('are seen from the second time on, for as long as is told', async () => {
    let now = 0
    const ids = rememberInMemory({ now: () => new Date(now) })
    expect(await ids.seen('a', 10)).toBe(false)
    expect(await ids.seen('a', 10)).toBe(true)
    now = 9_999
    expect(await ids.seen('a', 10)).toBe(true)
    now = 10_000
    expect(await ids.seen('a', 10)).toBe(false)
    expect(await ids.seen('a', 10)).toBe(true)
  })

  it('are forgotten, the oldest first, when they become too many', async () => {
    const ids = rememberInMemory({ most: 3 })
    for (const id of ['a', 'b', 'c', 'd']) await ids.seen(id, 60)
    expect(await Promise.all(['d', 'c', 'b'].map((id) => ids.seen(id, 60)))).toEqual([true, true, true])
    expect(await ids.seen('a', 60)).toBe(false)
  })
})

describe('a receiver that remembers', () => {
  it('does the work once, and answers the next of the same id that it was taken', async () => {
    const taken: string[] = []
    const handle = receive(secret, ({ id }) => void taken.push(id), { seenIds: rememberInMemory() })
    const statuses = []
    for (const id of ['evt_1', 'evt_1', 'evt_2', 'evt_1']) statuses.push((await handle(sent(id))).status)
    expect(statuses).toEqual([204, 204, 204, 204])
    expect(taken).toEqual(['evt_1', 'evt_2'])
  })

  it('lets it through again when the work has failed, by an error or by an answer', async () => {
    let times = 0
    const handle = receive(
      secret,
      () => {
        times++
        if (times === 1) throw new Error('no')
        if (times === 2) return new Response(null, { status: 500 })
        return undefined
      },
      { seenIds: rememberInMemory() },
    )
    await expect(handle(sent('evt_1'))).rejects.toThrow('no')
    expect((await handle(sent('evt_1'))).status).toBe(500)
    expect((await handle(sent('evt_1'))).status).toBe(204)
    expect((await handle(sent('evt_1'))).status).toBe(204)
    expect(times).toBe(3)
  })

  it('asks the second of two at once to come again, for nobody knows how the first will end', async () => {
    let fail: (error: Error) => void = () => {}
    const handle = receive(
      secret,
      () =>
        new Promise<void>((_, reject) => {
          fail = reject
        }),
      {
        seenIds: rememberInMemory(),
      },
    )
    const first = handle(sent('evt_1'))
    // The first reads its body before it takes its turn.
    await new Promise(setImmediate)
    const second = await handle(sent('evt_1'))
    expect(second.status).toBe(503)
    expect(second.headers.get('retry-after')).toBe('5')
    fail(new Error('no'))
    await expect(first).rejects.toThrow('no')
  })

  it('does not take it when it cannot remember', async () => {
    let taken = 0
    const seenIds = { seen: () => Promise.reject(new Error('Redis is away')) }
    const handle = receive(secret, () => void taken++, { seenIds })
    await expect(handle(sent('evt_1'))).rejects.toThrow('Redis is away')
    await expect(handle(sent('evt_1'))).rejects.toThrow('Redis is away')
    expect(taken).toBe(0)
  })
})
