/** The bytes signed are the bytes sent, and they hold the host's own bytes: judged by libraries that nobody here wrote. */
import { Webhook as StandardWebhook } from 'standardwebhooks'
import { Webhook as SvixWebhook } from 'svix'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Accepted } from '../setup/api.ts'
import { type Receiver, startReceiver } from '../setup/receiver.ts'
import { startRingback, type TestRingback } from '../setup/server.ts'
import { createHost } from './host.ts'
import { rawJsonTexts } from './raw-json.ts'

const BODIES = 10_000
const BATCH = 1_000

let ringback: TestRingback
let receiver: Receiver
beforeAll(async () => {
  ringback = await startRingback()
  receiver = await startReceiver()
})
afterAll(async () => {
  await ringback?.stop()
  await receiver?.close()
})

test('The standardwebhooks and the svix library verify each of 10,000 random bodies, which carry `data` byte for byte', async () => {
  const seed = Number(process.env.RINGBACK_TEST_SEED ?? Date.now() % 1_000_000_000)
  process.stderr.write(`RINGBACK_TEST_SEED=${seed} repeats these bodies.\n`)
  const texts = rawJsonTexts(BODIES, seed)
  const host = await createHost(ringback.api)
  const { secret } = await host.register(receiver.url, { maxInFlight: 100 })

  const emitted = new Map<string, string>()
  for (let start = 0; start < BODIES; start += BATCH) {
    const batch = texts.slice(start, start + BATCH)
    const events = batch.map((text) => `{"tenant":"${host.tenant}","type":"random.body","data":${text}}`)
    const { data } = await ringback.api<{ data: Accepted[] }>(
      'POST',
      '/v1/events',
      `{"events":[${events.join(',')}]}`,
    )
    batch.forEach((text, i) => {
      expect(data[i], text).toHaveProperty('id')
      emitted.set(data[i]!.id, text)
    })
  }
  const requests = await receiver.waitFor(BODIES, 120_000)

  const [standard, svix] = [new StandardWebhook(secret), new SvixWebhook(secret)]
  for (const { id, body, headers } of requests) {
    standard.verify(body, headers)
    svix.verify(body, headers)
    const envelope = /^\{"type":"random\.body","timestamp":"[^"]+","data":/.exec(body.toString())![0]
    expect(body.toString()).toBe(`${envelope}${emitted.get(id)}}`)
  }
  expect(new Set(requests.map(({ id }) => id)).size).toBe(BODIES)
}, 180_000)
