import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { Ringback } from '../../src/client/index.ts'
import { newSecret, type Received, type Reply, type Script, startReceiver } from '../../src/testing/index.ts'
import { createHost, type Host, schedule } from '../e2e/host.ts'
import { startRingback, type TestRingback } from '../setup/server.ts'

let ringback: TestRingback
let client: Ringback
let host: Host
beforeAll(async () => {
  ringback = await startRingback()
  client = new Ringback({ baseUrl: ringback.url, apiKey: ringback.key })
})
afterAll(() => ringback.stop())

/** A receiver with an endpoint of a tenant of its own. */
async function registered(script?: Script | Reply) {
  const receiver = await startReceiver(script)
  onTestFinished(() => receiver.close())
  host = await createHost(ringback.api)
  const secret = newSecret()
  await host.register(receiver.url, { secret, retry: schedule(0, 0, 0, 0) })
  return { receiver, secret, emit: (data: unknown) => client.events.emit(host.tenant, 'thing.done', data) }
}

it('keeps what Ringback sends, waits for it, and verifies it', async () => {
  const { receiver, secret, emit } = await registered()
  const waiting = receiver.waitFor(({ json }) => (json as { data: { n: number } }).data.n === 2)
  for (const n of [1, 2, 3]) await emit({ n })
  const request = await waiting
  expect(request).toMatchObject({ method: 'POST', path: '/', id: expect.stringMatching(/^evt_/) })
  expect(receiver.verify(request, secret)).toMatchObject({ id: request.id, data: { n: 2 } })
  expect(() => receiver.verify(request, newSecret())).toThrow(/no_matching_signature/)
  expect(await receiver.waitForCount(3)).toHaveLength(3)
})

it('fails as often as it is told, and answers as before after that', async () => {
  const { receiver, emit } = await registered()
  receiver.failNext(2, 503)
  receiver.failNext(2)
  const delivery = await host.deliveryOf(await emit({}))
  await host.reaches(delivery, 'delivered')
  const statuses = (await host.attempts(delivery)).map(({ response }) => response?.status)
  expect(statuses).toEqual([500, 500, 204])
  expect(new Set(receiver.requests.map(({ id }) => id)).size).toBe(1)
})

it('answers by a script, breaks connections, and forgets when asked', async () => {
  const replies: Reply[] = ['reset', { status: 418, headers: { 'x-tea': 'yes' }, body: 'tea' }]
  const seen: Received[] = []
  const { receiver, emit } = await registered((request, n) => {
    seen.push(request)
    return replies[n - 1] ?? 200
  })
  const delivery = await host.deliveryOf(await emit({}))
  await host.reaches(delivery, 'delivered')
  const attempts = await host.attempts(delivery)
  expect(attempts.map(({ error }) => error)).toEqual(['connect_reset', 'http_status', null])
  expect(attempts[1]!.response).toMatchObject({ status: 418, body: 'tea' })
  expect(seen).toEqual(receiver.requests)
  receiver.clear()
  expect(receiver.requests).toEqual([])
})

it('answers late, so that a time limit is met', async () => {
  const receiver = await startReceiver()
  onTestFinished(() => receiver.close())
  receiver.delay(60_000)
  await expect(fetch(receiver.url, { signal: AbortSignal.timeout(50) })).rejects.toThrow(/timeout/)
  receiver.delay(0)
  expect((await fetch(receiver.url)).status).toBe(204)
  receiver.reply('hang')
  await expect(fetch(receiver.url, { signal: AbortSignal.timeout(50) })).rejects.toThrow(/timeout/)
})

it('says what came when what was waited for did not', async () => {
  const receiver = await startReceiver()
  onTestFinished(() => receiver.close())
  await fetch(`${receiver.url}hook?a=1`, { method: 'POST', body: 'hello' })
  await expect(receiver.waitFor(() => false, 10)).rejects.toThrow('in vain. 1 came:\n  POST /hook?a=1 hello')
})

it('shows the test what its script has thrown', async () => {
  const receiver = await startReceiver(() => {
    throw new Error('a mistake in the script')
  })
  onTestFinished(() => receiver.close())
  expect(await (await fetch(receiver.url)).text()).toContain('a mistake in the script')
})
