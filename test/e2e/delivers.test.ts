/** What Ringback is for, seen from outside: over HTTP at both ends, on each backend. */
import { Webhook } from 'standardwebhooks'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Accepted, Delivery, Endpoint } from '../setup/api.ts'
import { BACKENDS } from '../setup/backends.ts'
import { type Receiver, type Reply, type Script, startReceiver } from '../setup/receiver.ts'
import { startRingback, type TestRingback } from '../setup/server.ts'
import { until } from '../setup/until.ts'
import { createHost, type Host, schedule } from './host.ts'

/** Answers one after the other; the last one from then on. */
const inTurn =
  (...replies: Reply[]): Script =>
  (_, n) =>
    replies[Math.min(n, replies.length) - 1]!

describe.each(BACKENDS)('with the queue on $backend, Ringback', ({ backend, absent }) => {
  if (absent) return test.skip('needs a redis-server')

  let ringback: TestRingback
  let host: Host
  const receivers: Receiver[] = []

  beforeAll(async () => {
    ringback = await startRingback({ backend })
  })
  afterAll(() => ringback?.stop())
  beforeEach(async () => {
    host = await createHost(ringback.api)
  })
  afterEach(async () => {
    await Promise.all(receivers.splice(0).map((receiver) => receiver.close()))
  })

  async function receiver(script?: Script | Reply): Promise<Receiver> {
    const started = await startReceiver(script)
    receivers.push(started)
    return started
  }

  const post = <T>(path: string, body?: object) => ringback.api<T>('POST', `${host.path}/${path}`, body)
  const retry = ({ id }: { id: string }) => post<Delivery>(`deliveries/${id}/retry`)

  test('delivers an event, signed by Standard Webhooks', async () => {
    const there = await receiver()
    const endpoint = await host.register(there.url, { headers: { 'x-shop': 'north' } })
    const event = await host.emit('invoice.paid', { amount: 1200 })
    expect(event).toMatchObject({ type: 'invoice.paid', tenantId: host.tenant, deliveryCount: 1 })

    const request = await there.next()
    there.verify(endpoint.secret, request)
    expect(request.method).toBe('POST')
    expect(request.headers).toMatchObject({
      'webhook-id': event.id,
      'content-type': expect.stringContaining('application/json'),
      'user-agent': expect.stringMatching(/^Ringback\//),
      'x-shop': 'north',
    })
    expect(JSON.parse(request.body.toString())).toEqual({
      type: 'invoice.paid',
      timestamp: event.createdAt,
      data: { amount: 1200 },
    })
  })

  test('logs an attempt with all that was sent and came back', async () => {
    const there = await receiver({ status: 201, headers: { 'x-trace': 'abc' }, body: 'thanks' })
    await host.register(there.url)
    const delivery = await host.reaches(await host.deliveryOf(await host.emit('a', {})), 'delivered')
    const [attempt, ...others] = await host.attempts(delivery)

    expect(others).toEqual([])
    expect(attempt).toMatchObject({
      id: expect.stringMatching(/^atm_/),
      deliveryId: delivery.id,
      number: 1,
      trigger: 'automatic',
      startedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/),
      durationMs: expect.any(Number),
      succeeded: true,
      error: null,
      request: { url: there.url, headers: { 'webhook-id': delivery.eventId } },
      response: { status: 201, headers: { 'x-trace': 'abc' }, body: 'thanks', truncated: false },
      timings: { totalMs: expect.any(Number) },
      remoteAddress: '127.0.0.1',
    })
    expect(Object.keys(attempt!.timings).sort()).toEqual([
      'connectMs',
      'dnsMs',
      'firstByteMs',
      'tlsMs',
      'totalMs',
    ])
    expect(JSON.stringify(attempt)).not.toContain(there.requests[0]!.headers['webhook-signature'])
    expect(delivery).toMatchObject({ attemptCount: 1, nextAttemptAt: null, waitingFor: null })
    expect(delivery.lastAttempt).toEqual(attempt)
  })

  test('tries again with the same id and the same bytes, signed anew', async () => {
    const there = await receiver(inTurn('reset', 500, 200))
    const endpoint = await host.register(there.url, { retry: schedule(1, 0.1, 60) })
    const event = await host.emit('a', { text: 'ü\u2028' })
    await there.waitFor(3)
    const delivery = await host.reaches(await host.deliveryOf(event), 'delivered')

    for (const request of there.requests) {
      there.verify(endpoint.secret, request)
      expect(request.id).toBe(event.id)
      expect(request.body).toEqual(there.requests[0]!.body)
    }
    const [first, second] = there.requests.map(({ headers }) => Number(headers['webhook-timestamp']))
    expect(second).toBeGreaterThan(first!)
    expect((await host.attempts(delivery)).map(({ number, error }) => [number, error])).toEqual([
      [1, 'connect_reset'],
      [2, 'http_status'],
      [3, null],
    ])
  })

  test('waits as long as the policy says, or as long as a 503 asks for', async () => {
    const there = await receiver(inTurn(500, { status: 503, headers: { 'retry-after': '2' } }, 200))
    await host.register(there.url, { retry: schedule(0.5, 0.1) })
    await host.emit('a', {})
    const [first, second, third] = await there.waitFor(3)

    // A clock's tick less, since three clocks take part.
    expect(second!.at - first!.at).toBeGreaterThanOrEqual(490)
    expect(third!.at - second!.at).toBeGreaterThanOrEqual(1_990)
  })

  test('gives up when the attempts are used up, and says when the next one is while there is one', async () => {
    const there = await receiver(500)
    await host.register(there.url, { retry: schedule(0.1, 3_600) })
    const given = await host.deliveryOf(await host.emit('a', {}))
    await there.waitFor(2)
    const waiting = await until(
      () => host.deliveryOf({ id: given.eventId }),
      ({ attemptCount }) => attemptCount === 2,
      'the second attempt to be settled',
    )
    expect(waiting.status).toBe('retrying')
    expect(Date.parse(waiting.nextAttemptAt!)).toBeGreaterThan(Date.now() + 3_000_000)

    const other = await host.register(there.url, { retry: schedule(0.1) })
    await host.emit('a', {})
    const failed = await until(
      () => host.deliveries(`endpointId=${other.id}&status=failed`),
      (found) => found.length === 1,
      'a failed delivery',
    )
    expect(failed[0]).toMatchObject({ attemptCount: 2, nextAttemptAt: null })
    expect(failed[0]!.completedAt).not.toBeNull()
  })

  test('sends again by hand whatever has failed or was delivered, and keeps the log', async () => {
    const there = await receiver(inTurn(500, 500, 500, 200))
    await host.register(there.url, { retry: schedule(0.1) })
    const delivery = await host.deliveryOf(await host.emit('a', {}))
    await host.reaches(delivery, 'failed')

    expect((await retry(delivery)).status).toBe('pending')
    await there.waitFor(4)
    expect(await host.reaches(delivery, 'delivered')).toMatchObject({ attemptCount: 4 })

    await retry(delivery)
    await there.waitFor(5)
    expect(await host.reaches(delivery, 'delivered')).toMatchObject({ eventId: there.requests[4]!.id })
    const attempts = await host.attempts(delivery)
    expect(attempts.map(({ number, trigger }) => [number, trigger])).toEqual([
      [1, 'automatic'],
      [2, 'automatic'],
      [3, 'manual'],
      // A fresh schedule: it failed once more, and was tried again by itself.
      [4, 'automatic'],
      [5, 'manual'],
    ])
  })

  test('sends nothing after a cancel, until somebody retries it', async () => {
    const there = await receiver(inTurn(500, 200))
    await host.register(there.url, { retry: schedule(2) })
    const delivery = await host.deliveryOf(await host.emit('a', {}))
    await host.reaches(delivery, 'retrying')
    expect((await post<Delivery>(`deliveries/${delivery.id}/cancel`)).status).toBe('canceled')
    await expect(post(`deliveries/${delivery.id}/cancel`)).rejects.toMatchObject({ status: 409 })

    // A later event is delivered past the time at which the canceled one was due.
    const later = await receiver(inTurn(500, 200))
    await host.register(later.url, { retry: schedule(3) })
    await host.emit('b', {})
    await later.waitFor(2)
    expect(there.requests.filter(({ id }) => id === delivery.eventId)).toHaveLength(1)

    await retry(delivery)
    expect(await host.reaches(delivery, 'delivered')).toMatchObject({ attemptCount: 2 })
  })

  test('disables an endpoint that is gone, holds what waits for it, and goes on when it is enabled', async () => {
    const there = await receiver(410)
    const endpoint = await host.register(there.url, { retry: schedule(1) })
    const first = await host.deliveryOf(await host.emit('a', {}))
    expect(await host.reaches(first, 'held')).toMatchObject({ waitingFor: 'disabled', attemptCount: 1 })
    expect(await host.endpoint(endpoint.id)).toMatchObject({
      status: 'disabled',
      disabledReason: 'gone',
      disabledAt: expect.any(String),
    })

    const second = await host.reaches(await host.deliveryOf(await host.emit('a', {})), 'held')
    expect(second).toMatchObject({ waitingFor: 'disabled', attemptCount: 0, nextAttemptAt: null })
    expect(there.requests).toHaveLength(1)

    there.reply(200)
    expect(await post(`endpoints/${endpoint.id}/enable`)).toMatchObject({
      status: 'active',
      disabledReason: null,
    })
    for (const delivery of [first, second]) await host.reaches(delivery, 'delivered')
  })

  test('holds what comes for an endpoint that is switched off, and spends no attempt on it', async () => {
    const there = await receiver()
    const endpoint = await host.register(there.url)
    expect(await post(`endpoints/${endpoint.id}/disable`)).toMatchObject({
      status: 'disabled',
      disabledReason: 'manual',
    })
    const delivery = await host.deliveryOf(await host.emit('a', {}))
    expect(await host.reaches(delivery, 'held')).toMatchObject({ waitingFor: 'disabled', attemptCount: 0 })

    await post(`endpoints/${endpoint.id}/enable`)
    expect(await host.reaches(delivery, 'delivered')).toMatchObject({ attemptCount: 1 })
    expect(there.requests).toHaveLength(1)
  })

  test('signs with both secrets during a rotation, and with the new one alone after it', async () => {
    const there = await receiver()
    const endpoint = await host.register(there.url)
    const rotate = (graceSeconds: number) =>
      post<{ secret: string }>(`endpoints/${endpoint.id}/secret/rotate`, { graceSeconds })
    const signedBy = (secret: string) => {
      const request = there.requests.at(-1)!
      try {
        new Webhook(secret).verify(request.body, request.headers)
        return true
      } catch {
        return false
      }
    }
    // A worker may sign as before for the two seconds that a change takes to be seen.
    const deliveredSignedBy = async (secrets: string[]) => {
      await host.emit('a', {})
      await there.next()
      return secrets.map(signedBy)
    }

    await rotate(3_600)
    const { secret: second } = await ringback.api<{ secret: string }>(
      'GET',
      `${host.path}/endpoints/${endpoint.id}/secret`,
    )
    expect(second).not.toBe(endpoint.secret)
    const secrets = [endpoint.secret, second]
    await until(
      () => deliveredSignedBy(secrets),
      ([old, now]) => old! && now!,
      'both secrets to sign',
    )

    await rotate(0)
    const { secret: third } = await ringback.api<{ secret: string }>(
      'GET',
      `${host.path}/endpoints/${endpoint.id}/secret`,
    )
    await until(
      () => deliveredSignedBy([second, third]),
      ([old, now]) => !old && now!,
      'the new secret alone to sign',
    )
  })

  test('sends a test to one endpoint alone, whatever that subscribes to', async () => {
    const [there, other] = [await receiver(), await receiver()]
    const endpoint = await host.register(there.url, { subscriptions: [] })
    await host.register(other.url)
    const { eventId, deliveryId } = await post<{ eventId: string; deliveryId: string }>(
      `endpoints/${endpoint.id}/test`,
      { eventType: 'invoice.paid', data: { test: true } },
    )
    await host.reaches({ id: deliveryId }, 'delivered')
    expect(await host.deliveries(`eventId=${eventId}`)).toHaveLength(1)
    expect((await host.attempts({ id: deliveryId })).map(({ trigger }) => trigger)).toEqual(['test'])
    there.verify(endpoint.secret)
    expect(other.requests).toEqual([])
  })

  test('picks endpoints by the patterns and filters of their subscriptions, and says why not', async () => {
    const there = await receiver()
    const wants = (...eventTypes: string[]) => host.register(there.url, { subscriptions: [{ eventTypes }] })
    const all = await host.register(there.url)
    const exact = await wants('invoice.paid')
    const family = await wants('invoice.*')
    const large = await host.register(there.url, {
      subscriptions: [{ eventTypes: ['invoice.*'], filter: { amount: { $gte: 1_000 } } }],
    })
    const none = await host.register(there.url, { subscriptions: [] })

    const goesTo = async (type: string, data: object) => {
      const event = await host.emit(type, data)
      const found = await host.deliveries(`eventId=${event.id}`)
      expect(event.deliveryCount).toBe(found.length)
      return { event, to: found.map(({ endpointId }) => endpointId).sort() }
    }
    const ids = (...endpoints: Endpoint[]) => endpoints.map(({ id }) => id).sort()

    const small = await goesTo('invoice.paid', { amount: 999 })
    expect(small.to).toEqual(ids(all, exact, family))
    expect((await goesTo('invoice.paid', { amount: 1_000 })).to).toEqual(ids(all, exact, family, large))
    expect((await goesTo('invoice.voided', { amount: 5_000 })).to).toEqual(ids(all, family, large))
    expect((await goesTo('invoices.paid', { amount: 5_000 })).to).toEqual(ids(all))

    const { unmatched } = await ringback.api<{ unmatched: { endpointId: string; reason: string }[] }>(
      'GET',
      `${host.path}/events/${small.event.id}`,
    )
    expect(unmatched.map(({ endpointId }) => endpointId).sort()).toEqual(ids(large, none))
    for (const { reason } of unmatched) expect(reason).not.toBe('')
  })

  test('takes a batch in which each event is accepted or refused on its own', async () => {
    const there = await receiver()
    await host.register(there.url)
    const event = (n: number) => ({ tenant: host.tenant, type: 'a', data: { n } })
    const { data } = await ringback.api<{ data: (Accepted | { error: { status: number } })[] }>(
      'POST',
      '/v1/events',
      {
        events: [
          event(1),
          { tenant: host.tenant, type: 'not a type', data: {} },
          { ...event(2), tenant: 'nobody' },
          event(3),
        ],
      },
    )
    expect(data.map((one) => ('error' in one ? one.error.status : one.deliveryCount))).toEqual([
      1, 422, 404, 1,
    ])
    await there.waitFor(2)
    const accepted = data.flatMap((one) => ('id' in one ? [one.id] : []))
    expect(there.requests.map(({ id }) => id).sort()).toEqual(accepted.sort())
  })

  test('accepts an event once, however often it is sent with one idempotency key', async () => {
    const there = await receiver()
    await host.register(there.url)
    const headers = { 'idempotency-key': `key-${host.tenant}` }
    const answers = await Promise.all(Array.from({ length: 20 }, () => host.emit('a', { n: 1 }, { headers })))
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1)
    expect(await host.deliveries()).toHaveLength(1)
    await expect(host.emit('a', { n: 2 }, { headers })).rejects.toMatchObject({
      status: 422,
      problem: { code: 'idempotency_key_reused' },
    })
  })
})
