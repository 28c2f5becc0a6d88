import { test } from 'vitest'
import { until } from '../setup/until.ts'
import { openSite, TEST_WITHIN_MS } from './site.ts'
import { startWitness } from './witness.ts'

test('a thousand requests at once under one idempotency key make one event, with one answer and no 5xx', {
  timeout: TEST_WITHIN_MS,
}, async ({ expect, ...context }) => {
  const REQUESTS = 1_000
  const site = await openSite('postgres', context)
  const witness = await startWitness({ status: 204 })
  await site.start('api,worker,upkeep')
  const host = await site.createHost()
  await host.register(witness.url)

  const headers = { 'idempotency-key': 'one' }
  // Any status but 2xx rejects.
  const answers = await Promise.all(
    Array.from({ length: REQUESTS }, () => host.emit('a', { n: 1 }, { headers })),
  )
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
  // Of a thousand connections some are being closed while they look open, so it is asked again.
  const deliveries = await until(
    () => host.deliveries().catch(() => []),
    (all) => all.some(({ status }) => status === 'delivered'),
    'a delivery to be delivered',
  )
  expect(deliveries.map(({ eventId }) => eventId)).toEqual([answers[0]!.id])
  expect(witness.lines.map(({ id }) => id)).toEqual([answers[0]!.id])
})
