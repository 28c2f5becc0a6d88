import fc from 'fast-check'
import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { byId, readPage } from '../../src/api/pagination.ts'
import type { RingbackError } from '../../src/errors.ts'
import { newId } from '../../src/ids.ts'

/** A list of ids, newest first, behind a path. */
const ids = Array.from({ length: 7 }, () => newId('event')).reverse()

const lists = new Hono()
lists.get('/:list', (c) => {
  const page = readPage(c.req, { limit: 3, cursor: c.req.query('cursor') }, byId('event'))
  const from = page.last === undefined ? 0 : ids.indexOf(page.last) + 1
  const { rows, nextCursor } = page.of(ids.slice(from, from + page.limit), (id) => id)
  return c.json({ data: rows, nextCursor })
})
lists.onError((error, c) => c.json({ code: (error as RingbackError).code }, 400))

async function get(path: string) {
  return (await (await lists.request(path)).json()) as { data: string[]; nextCursor: string }
}

describe('a cursor', () => {
  it('leads through the whole list, each entry once, and ends', async () => {
    const first = await get('/events')
    const second = await get(`/events?cursor=${first.nextCursor}`)
    const third = await get(`/events?cursor=${second.nextCursor}`)
    expect([...first.data, ...second.data, ...third.data]).toEqual(ids)
    expect(third.nextCursor).toBeNull()
  })

  it('is good with its filters in any order, and with another limit', async () => {
    const { nextCursor } = await get('/events?type=a&after=b')
    expect(await get(`/events?limit=9&cursor=${nextCursor}&after=b&type=a`)).toMatchObject({
      data: ids.slice(3, 6),
    })
  })

  it('is refused by another list, or the same with other filters', async () => {
    const { nextCursor } = await get('/events?type=a')
    for (const path of ['/deliveries?type=a', '/events?type=b', '/events?type=a&x=1', '/events?']) {
      expect(await get(`${path}&cursor=${nextCursor}`), path).toEqual({ code: 'cursor_invalid' })
    }
  })

  it('is refused with any one character changed, added or left out', async () => {
    const { nextCursor } = await get('/events')
    await fc.assert(
      fc.asyncProperty(
        fc.nat(nextCursor.length - 1),
        fc.constantFrom(...'ABCabc019-_=.', ''),
        fc.boolean(),
        async (at, char, insert) => {
          const changed = nextCursor.slice(0, at) + char + nextCursor.slice(insert ? at : at + 1)
          fc.pre(changed !== nextCursor)
          expect(await get(`/events?cursor=${changed}`)).toEqual({ code: 'cursor_invalid' })
        },
      ),
    )
  })

  it('is refused when it is empty, or any text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
        expect(await get(`/events?cursor=${encodeURIComponent(text)}`)).toEqual({ code: 'cursor_invalid' })
      }),
    )
  })
})
