import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { pushEventTypes, Ringback, renderCatalogue, type StandardSchema } from '../../src/client/index.ts'
import { ADMIN_KEY, createTestApi, type TestApi } from '../api/test-api.ts'

let api: TestApi
let client: Ringback
beforeAll(async () => {
  api = await createTestApi()
  client = new Ringback({
    baseUrl: 'http://ringback.test',
    apiKey: ADMIN_KEY,
    fetch: (async (url: string, init: RequestInit) => api.api.request(url, init)) as typeof fetch,
  })
})
afterAll(() => api.close())

const all = async () => {
  const found = []
  for await (const one of client.eventTypes.list()) found.push(one)
  return found
}

const catalogue = {
  'invoice.paid': z.object({ amount: z.number().describe('In cents.'), currency: z.string().optional() }),
  'user.left': {
    description: 'Somebody is gone.',
    schema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
    schemaMode: 'enforce' as const,
    example: { name: 'Ada' },
  },
  'plain.thing': {},
}

describe('pushing a catalogue', () => {
  it('says what it would do, and does nothing', async () => {
    expect(await pushEventTypes(client, catalogue, { dryRun: true })).toEqual([
      { name: 'invoice.paid', change: 'created' },
      { name: 'user.left', change: 'created' },
      { name: 'plain.thing', change: 'created' },
    ])
    expect(await all()).toEqual([])
  })

  it('makes the event types, and a second time finds them as they are', async () => {
    await pushEventTypes(client, catalogue)
    expect((await client.eventTypes.get('invoice.paid')).schema).toEqual(
      z.toJSONSchema(catalogue['invoice.paid'], { io: 'input' }),
    )
    expect(await client.eventTypes.get('user.left')).toMatchObject(catalogue['user.left'])
    expect((await pushEventTypes(client, catalogue)).map(({ change }) => change)).toEqual([
      'unchanged',
      'unchanged',
      'unchanged',
    ])
  })

  it('changes what is otherwise, and leaves alone what it does not name', async () => {
    await client.eventTypes.put('of.others', {})
    const changed = { 'user.left': { ...catalogue['user.left'], description: 'Gone.' } }
    expect(await pushEventTypes(client, changed)).toEqual([{ name: 'user.left', change: 'updated' }])
    expect(await client.eventTypes.get('user.left')).toMatchObject({
      description: 'Gone.',
      schemaMode: 'enforce',
    })
    expect((await all()).map(({ name }) => name)).toContain('of.others')
  })

  it('holds events to it: the server refuses what the validator would', async () => {
    await client.tenants.put('acme')
    await expect(client.events.emit('acme', 'user.left', {})).rejects.toMatchObject({
      code: 'schema_violation',
      status: 422,
    })
  })

  it('asks for help with validators that do not write themselves as JSON Schema', async () => {
    const mute: StandardSchema = {
      '~standard': { version: 1, vendor: 'mute', validate: (value) => ({ value }) },
    }
    await expect(pushEventTypes(client, { a: {}, b: mute })).rejects.toMatchObject({
      code: 'schema_unwritable',
      detail: expect.stringContaining('toJsonSchema'),
    })
    expect((await all()).map(({ name }) => name)).not.toContain('a')
    await pushEventTypes(client, { b: mute }, { toJsonSchema: () => ({ type: 'string' }) })
    expect((await client.eventTypes.get('b')).schema).toEqual({ type: 'string' })
  })
})

describe('the catalogue as TypeScript', () => {
  it('is written from the event types of the server', async () => {
    const written = renderCatalogue(await all(), { name: 'Events' })
    expect(
      written,
    ).toBe(`/** The event types of Ringback and their data. Written by \`ringback types\`; do not edit. */
export interface Events {
  b: string
  'invoice.paid': {
    /** In cents. */
    amount: number
    currency?: string
  }
  'of.others': unknown
  'plain.thing': unknown
  /** Gone. */
  'user.left': {
    name: string
  }
}
`)
  })
})
