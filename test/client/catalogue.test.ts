import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Ringback, type RingbackError } from '../../src/client/index.ts'
import { ADMIN_KEY, createTestApi, type TestApi } from '../api/test-api.ts'

let api: TestApi
let calls = 0
const where = {
  baseUrl: 'http://ringback.test',
  apiKey: ADMIN_KEY,
  fetch: (async (url: string, init: RequestInit) => {
    calls++
    return api.api.request(url, init)
  }) as typeof fetch,
}
beforeAll(async () => {
  api = await createTestApi()
  await new Ringback(where).tenants.put('acme')
})
afterAll(() => api.close())

const events = {
  'invoice.paid': z.object({
    amount: z.number().min(0),
    lines: z.array(z.object({ text: z.string() })).default([]),
  }),
  'user.left': z.null(),
}

describe('a client with validators', () => {
  it('sends what the validator makes of the data', async () => {
    const client = new Ringback({ ...where, events })
    const { id } = await client.events.emit('acme', 'invoice.paid', { amount: 1 })
    expect((await client.events.get('acme', id)).data).toEqual({ amount: 1, lines: [] })
  })

  it('refuses data that does not fit, with places as the API names them, before anything is sent', async () => {
    const client = new Ringback({ ...where, events })
    calls = 0
    const data = { amount: -1, lines: [{ text: 'a' }, { text: 2 as unknown as string }] }
    const error = await client.events.emit('acme', 'invoice.paid', data).catch((e: RingbackError) => e)
    expect(error).toMatchObject({ code: 'schema_violation', status: undefined })
    expect((error as RingbackError).errors.map(({ path }) => path)).toEqual([
      'data.amount',
      'data.lines[1].text',
    ])
    await expect(
      client.events.emitBatch([
        { tenant: 'acme', type: 'user.left', data: null },
        { tenant: 'acme', type: 'invoice.paid', data },
      ]),
    ).rejects.toMatchObject({ code: 'schema_violation' })
    await expect(client.emitter().emit('acme', 'invoice.paid', data)).rejects.toMatchObject({
      code: 'schema_violation',
    })
    expect(calls).toBe(0)
  })

  it('refuses an event type that the catalogue has not', async () => {
    const client = new Ringback<object>({ ...where, events })
    for (const type of ['invoice.payed', 'toString', '__proto__'])
      await expect(client.events.emit('acme', type as never, null as never)).rejects.toMatchObject({
        code: 'unknown_event_type',
      })
  })
})
