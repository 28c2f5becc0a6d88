/** docs/changes.md, row by row: what becomes of the deliveries of an endpoint that is changed while hundreds wait for it. */
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { createHost, type EndpointOptions, type Host, schedule } from '../e2e/host.ts'
import type { Accepted, Delivery, Endpoint } from '../setup/api.ts'
import { type Received, type Receiver, type Script, startReceiver } from '../setup/receiver.ts'
import { startRingback, type TestRingback } from '../setup/server.ts'
import { until } from '../setup/until.ts'

/** So many wait; an endpoint that answers after 200 ms in ten places takes a minute for them. */
const EVENTS = 3_000
/** Enough where nothing is promised about the time. */
const FEWER = 200
const SLOW = { status: 200, delayMs: 200 }
/** As many as one request may bring. */
const BATCH = 1_000
/** The promise: so long after a change was answered nothing is sent as before it. */
const SEEN_WITHIN_MS = 2_000
/** Long enough for whatever was still to come as before. */
const WATCHED_MS = 2 * SEEN_WITHIN_MS
const TEST_WITHIN_MS = 90_000

let ringback: TestRingback
beforeAll(async () => {
  ringback = await startRingback()
})
afterAll(() => ringback?.stop())

interface Scene {
  host: Host
  there: Receiver
  endpoint: Endpoint
  /** Calls the API on the endpoint. */
  onEndpoint<T>(method: string, action?: string, body?: object): Promise<T>
  emit(count: number): Promise<Accepted[]>
}

async function receiver(script: Script | typeof SLOW): Promise<Receiver> {
  const started = await startReceiver(script)
  onTestFinished(() => started.close())
  return started
}

/** An endpoint in the middle of its work: some arrived, some failed and wait for their retry, most were not sent yet. */
async function busyScene(options: EndpointOptions = {}, events = EVENTS): Promise<Scene> {
  const there = await receiver((_, n) => (n <= 5 ? 500 : SLOW))
  const host = await createHost(ringback.api)
  const endpoint = await host.register(there.url, { retry: schedule(4, 4), ...options })
  const emit = async (count: number) => {
    const events = Array.from({ length: count }, (_, n) => ({ tenant: host.tenant, type: 'a', data: { n } }))
    const accepted: Accepted[] = []
    for (let from = 0; from < count; from += BATCH) {
      const part = { events: events.slice(from, from + BATCH) }
      accepted.push(...(await ringback.api<{ data: Accepted[] }>('POST', '/v1/events', part)).data)
    }
    return accepted
  }
  await emit(events)
  await there.waitFor(30)
  return {
    host,
    there,
    endpoint,
    emit,
    onEndpoint: (method, action = '', body) =>
      ringback.api(method, `${host.path}/endpoints/${endpoint.id}${action}`, body),
  }
}

/** Makes a change. @returns when it was answered */
async function change(work: () => Promise<unknown>): Promise<number> {
  await work()
  return Date.now()
}

/** What was sent as before the change when it must no longer be. */
async function lateAfter(
  answeredAt: number,
  { requests }: Receiver,
  isAsBefore: (request: Received) => boolean = () => true,
): Promise<Received[]> {
  await pause(Math.max(0, answeredAt + WATCHED_MS - Date.now()))
  return requests.filter((request) => request.at > answeredAt + SEEN_WITHIN_MS && isAsBefore(request))
}

const all = (host: Host, isSo: (delivery: Delivery) => boolean, what: string) =>
  until(
    () => host.deliveries(),
    (found) => found.every(isSo),
    what,
    60_000,
  )

/** All, once none is under way any more. */
async function atRest(host: Host): Promise<Delivery[]> {
  await until(
    async () => {
      const { rows } = await ringback.database.db.execute<{ count: number }>(sql`
        select count(*)::int as count from ringback.deliveries
        where tenant_id = ${host.tenant} and status in ('pending', 'retrying', 'held')`)
      return rows[0]!.count
    },
    (count) => count === 0,
    'all to come to rest',
    60_000,
  )
  return host.deliveries()
}

/** Lets the rest through quickly. */
async function allDelivered({ host, there }: Pick<Scene, 'host' | 'there'>): Promise<Delivery[]> {
  there.reply(204)
  const deliveries = await atRest(host)
  expect(byStatus(deliveries).delivered).toHaveLength(deliveries.length)
  return deliveries
}

/** Deliveries by their status; a status that none has is not there. */
function byStatus(deliveries: readonly Delivery[]): Partial<Record<Delivery['status'], Delivery[]>> {
  const groups: Partial<Record<Delivery['status'], Delivery[]>> = {}
  for (const delivery of deliveries) {
    groups[delivery.status] ??= []
    groups[delivery.status]!.push(delivery)
  }
  return groups
}

/** How those ended that were not delivered. */
async function endsOf({ tenant }: Host) {
  const { rows } = await ringback.database.db.execute(sql`
    select distinct status, reason from ringback.deliveries where tenant_id = ${tenant} and status <> 'delivered'`)
  return rows
}

test('endpoint deleted: what waits and what is delayed is canceled, and nothing more is sent', {
  timeout: TEST_WITHIN_MS,
}, async () => {
  const { host, there, onEndpoint } = await busyScene()
  const answeredAt = await change(() => onEndpoint('DELETE'))
  const { canceled, delivered, ...others } = byStatus(await host.deliveries())
  expect(canceled!.length).toBeGreaterThan(EVENTS / 2)
  expect(await lateAfter(answeredAt, there)).toEqual([])
  // What was under way when it was deleted is logged, and changes nothing.
  expect(byStatus(await host.deliveries()).canceled).toHaveLength(EVENTS - (delivered?.length ?? 0))
  expect(others).toEqual({})
  expect(await endsOf(host)).toEqual([{ status: 'canceled', reason: 'endpoint_deleted' }])
})

test('tenant deleted: what waits and what is delayed is canceled, and nothing more is sent', {
  timeout: TEST_WITHIN_MS,
}, async () => {
  const { host, there } = await busyScene()
  const answeredAt = await change(() => ringback.api('DELETE', host.path))
  expect(await lateAfter(answeredAt, there)).toEqual([])
  expect(await endsOf(host)).toEqual([{ status: 'canceled', reason: 'tenant_deleted' }])
})

test('URL changed: whatever is sent goes to the new one, also what waited and what is tried again', {
  timeout: TEST_WITHIN_MS,
}, async () => {
  const { host, there, onEndpoint } = await busyScene()
  const elsewhere = await receiver(SLOW)
  const answeredAt = await change(() => onEndpoint('PATCH', '', { url: elsewhere.url }))
  expect(await lateAfter(answeredAt, there)).toEqual([])
  elsewhere.reply(204)
  const deliveries = await allDelivered({ host, there })
  expect(deliveries).toHaveLength(EVENTS)
  const arrived = new Set([...there.requests, ...elsewhere.requests].map(({ id }) => id))
  expect(arrived.size).toBe(EVENTS)
  // The failed ones among the first came again elsewhere.
  for (const { id } of there.requests.slice(0, 5))
    expect(elsewhere.requests.map((one) => one.id)).toContain(id)
})

test('secret rotated: whatever is sent is signed by the new one, also what waited', {
  timeout: TEST_WITHIN_MS,
}, async () => {
  const { host, there, endpoint, onEndpoint } = await busyScene()
  let secret = ''
  const answeredAt = await change(async () => {
    ;({ secret } = await onEndpoint<{ secret: string }>('POST', '/secret/rotate', { graceSeconds: 0 }))
  })
  expect(await lateAfter(answeredAt, there, isSignedBy(endpoint.secret))).toEqual([])
  await allDelivered({ host, there })
  const later = there.requests.filter(({ at }) => at > answeredAt + SEEN_WITHIN_MS)
  expect(later.length).toBeGreaterThan(0)
  expect(later.every(isSignedBy(secret))).toBe(true)
})

const isSignedBy = (secret: string) => (request: Received) => {
  try {
    new Webhook(secret).verify(request.body, request.headers)
    return true
  } catch {
    return false
  }
}

test('headers changed: whatever is sent has the new ones, also what waited', {
  timeout: TEST_WITHIN_MS,
}, async () => {
  const { host, there, onEndpoint } = await busyScene({ headers: { 'x-version': '1' } })
  const answeredAt = await change(() => onEndpoint('PATCH', '', { headers: { 'x-version': '2' } }))
  expect(await lateAfter(answeredAt, there, ({ headers }) => headers['x-version'] !== '2')).toEqual([])
  await allDelivered({ host, there })
})

test('retry policy changed: a time that is set stays, the next failure is judged by the new one', {
  timeout: TEST_WITHIN_MS,
}, async () => {
  const { host, there, onEndpoint } = await busyScene({ retry: schedule(4, 3_600) }, FEWER)
  there.reply(500)
  await all(host, ({ attemptCount }) => attemptCount > 0, 'each to be tried')
  await onEndpoint('PATCH', '', { retry: schedule(4) })
  const ended = await all(
    host,
    ({ status, nextAttemptAt }) =>
      (status !== 'pending' && status !== 'retrying') || Date.parse(nextAttemptAt!) > Date.now() + 60_000,
    'the second attempts to be over',
  )
  const { failed, retrying = [], delivered, ...others } = byStatus(ended)
  expect(others).toEqual({})
  expect(failed!.length).toBeGreaterThan(FEWER / 2)
  for (const { attemptCount } of failed!) expect(attemptCount).toBe(2)
  // Some may have failed for the second time before the change.
  for (const { attemptCount } of retrying) expect(attemptCount).toBe(2)
  expect(delivered!.length).toBeGreaterThan(0)
})

test('timeout changed: whatever is sent has the new one, also what waited', {
  timeout: TEST_WITHIN_MS,
}, async () => {
  const { host, there, onEndpoint } = await busyScene({}, FEWER)
  there.reply({ status: 200, delayMs: 1_500 })
  await onEndpoint('PATCH', '', { timeoutMs: 1_000 })
  await until(
    () => host.deliveries('status=retrying'),
    (found) => found.some(({ lastAttempt }) => lastAttempt?.error === 'response_timeout'),
    'one that ended by the new timeout',
  )
})

test('subscription removed: what was accepted for it goes on, and nothing new comes', {
  timeout: TEST_WITHIN_MS,
}, async () => {
  const { host, there, emit, onEndpoint } = await busyScene({}, FEWER)
  await onEndpoint('PATCH', '', { subscriptions: [] })
  for (const { deliveryCount } of await emit(3)) expect(deliveryCount).toBe(0)
  expect(await allDelivered({ host, there })).toHaveLength(FEWER)
})

test('event type archived: what was accepted goes on', { timeout: TEST_WITHIN_MS }, async () => {
  await ringback.api('PUT', '/v1/event-types/a', { description: 'To be archived.' })
  const { host, there } = await busyScene({}, FEWER)
  await ringback.api('DELETE', '/v1/event-types/a')
  expect(await allDelivered({ host, there })).toHaveLength(FEWER)
})

test.each([
  { off: 'pause', on: 'resume', waitingFor: 'paused' },
  { off: 'disable', on: 'enable', waitingFor: 'disabled' },
])(
  '$waitingFor: what waits and what comes is held and spends no attempt; after $on it goes on',
  { timeout: TEST_WITHIN_MS },
  async ({ off, on, waitingFor }) => {
    const { host, there, emit, onEndpoint } = await busyScene()
    const answeredAt = await change(() => onEndpoint('POST', `/${off}`))
    await emit(5)
    expect(await lateAfter(answeredAt, there)).toEqual([])

    const { held, delivered, ...others } = byStatus(await host.deliveries())
    expect(others).toEqual({})
    expect(held!.length + delivered!.length).toBe(EVENTS + 5)
    for (const delivery of held!) expect(delivery.waitingFor).toBe(waitingFor)
    const spent = held!.map(({ attemptCount }) => attemptCount)
    // Those that failed at first; what was under way may have ended meanwhile.
    expect(spent.filter((count) => count > 0)).toHaveLength(5)

    await onEndpoint('POST', `/${on}`)
    const ended = await allDelivered({ host, there })
    expect(ended.map(({ attemptCount }) => attemptCount).filter((count) => count > 1)).toHaveLength(5)
  },
)

test.each([
  { off: 'pause', on: 'resume' },
  { off: 'disable', on: 'enable' },
])(
  '$off and $on: what was to be tried again later is tried again now',
  { timeout: TEST_WITHIN_MS },
  async ({ off, on }) => {
    const { host, there, onEndpoint } = await busyScene({ retry: schedule(50) }, 30)
    await all(host, ({ attemptCount }) => attemptCount > 0, 'all to be tried')
    there.reply(204)
    await onEndpoint('POST', `/${off}`)
    await onEndpoint('POST', `/${on}`)
    // Half of what they would wait otherwise.
    const delivered = until(
      () => host.deliveries(),
      (found) => found.every(({ status }) => status === 'delivered'),
      'all to be tried again',
      25_000,
    )
    expect(await delivered).toHaveLength(30)
  },
)

test('delivery canceled: it is not sent any more, whether it waited or was delayed; the others go on', {
  timeout: TEST_WITHIN_MS,
}, async () => {
  const { host, there } = await busyScene()
  const waiting = (await host.deliveries()).filter(
    ({ status }) => status === 'pending' || status === 'retrying',
  )
  const chosen = [...waiting.filter(({ status }) => status === 'retrying'), ...waiting.slice(0, 50)]
  const ids = new Set<string>()
  const answeredAt = await change(async () => {
    for (const { id, eventId } of chosen)
      await ringback.api('POST', `${host.path}/deliveries/${id}/cancel`).then(
        () => ids.add(eventId),
        // It was sent meanwhile.
        () => {},
      )
  })
  expect(ids.size).toBeGreaterThan(20)
  expect(await lateAfter(answeredAt, there, ({ id }) => ids.has(id))).toEqual([])
  there.reply(204)
  const { canceled } = byStatus(await atRest(host))
  expect(new Set(canceled!.map(({ eventId }) => eventId))).toEqual(ids)
})

test('delivery retried: one that is delayed is sent now, by a fresh schedule', {
  timeout: TEST_WITHIN_MS,
}, async () => {
  const { host, there } = await busyScene({ retry: schedule(3_600) }, FEWER)
  const [delayed] = await until(
    () => host.deliveries('status=retrying'),
    (found) => found.length > 0,
    'one that is delayed',
  )
  there.reply(204)
  await ringback.api('POST', `${host.path}/deliveries/${delayed!.id}/retry`)
  expect(await host.reaches(delayed!, 'delivered')).toMatchObject({ attemptCount: 2 })
})
