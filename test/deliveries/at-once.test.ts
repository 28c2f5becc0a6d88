/** What people, attempts and upkeep do to one endpoint and its deliveries at the same moment, on a real Postgres. */
import { randomBytes } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SYSTEM } from '../../src/audit/entry.ts'
import { inTransaction } from '../../src/db/deadlock.ts'
import { cancelDelivery } from '../../src/deliveries/cancel.ts'
import { retryDelivery } from '../../src/deliveries/retry.ts'
import * as deliveries from '../../src/deliveries/store.ts'
import { conclude } from '../../src/dispatch/conclude.ts'
import { transit } from '../../src/dispatch/health.ts'
import { createPutOff } from '../../src/dispatch/put-off.ts'
import { createSettle } from '../../src/dispatch/settle.ts'
import { HOUR } from '../../src/duration.ts'
import { disableEndpoint } from '../../src/endpoints/disable.ts'
import { enableEndpoint } from '../../src/endpoints/enable.ts'
import { pauseEndpoint, resumeEndpoint } from '../../src/endpoints/pause.ts'
import { findEndpoint } from '../../src/endpoints/store.ts'
import { RingbackError } from '../../src/errors.ts'
import { type Id, newId } from '../../src/ids.ts'
import { switchNotices } from '../../src/notices/switches.ts'
import { advanceRecovery } from '../../src/recoveries/advance.ts'
import { beginRecovery } from '../../src/recoveries/begin.ts'
import { DEFAULT_RETRY_POLICY } from '../../src/retry/policy.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'

const TENANT = 'acme'
const [DELIVERIES, ROUNDS, AT_ONCE] = [40, 60, 12]
const manyRecoveries = { by: SYSTEM, ids: newId, most: 1_000 }
const needs = { by: SYSTEM, deliveries, notices: switchNotices }

let database: TestDatabase
const endpointId = newId('endpoint')
const ids = Array.from({ length: DELIVERIES }, () => newId('delivery'))
beforeAll(async () => {
  database = await createTestDatabase()
  await database.db.execute(sql`insert into ringback.tenants (id) values (${TENANT})`)
  await database.db.execute(
    sql`insert into ringback.endpoints (id, tenant_id, url) values (${endpointId}, ${TENANT}, 'https://example.com')`,
  )
  const made = { tenantId: TENANT, eventType: 'a', endpointId, endpointStatus: 'active' } as const
  await deliveries.insertDeliveries(
    database.db,
    ids.map((id) => ({ ...made, id, eventId: newId('event'), trigger: 'automatic' })),
  )
})
afterAll(() => database.drop())

test('whatever is done at once, nothing that waits for an endpoint that is on stays held, or is out of sight', {
  timeout: 240_000,
}, async () => {
  const { db } = database
  /** Chance chooses; what then meets what is up to Postgres. */
  const pick = <T>(from: readonly T[]): T => from[randomBytes(2).readUInt16LE() % from.length]!
  const settle = createSettle({ db, random: () => 0.5 })
  const putOff = createPutOff({ db, destinations: { load: async () => new Map(), forget() {} } })
  const switched =
    (verb: (...given: [TestDatabase['db'], typeof needs, string, Id<'endpoint'>]) => Promise<unknown>) =>
    () =>
      inTransaction(db, (tx) => verb(tx as TestDatabase['db'], needs, TENANT, endpointId))
  const [pause, resume] = [switched(pauseEndpoint), switched(resumeEndpoint)]
  const [disable, enable] = [switched(disableEndpoint), switched(enableEndpoint)]

  async function attempt() {
    const id = pick(ids)
    const delivery = (await deliveries.loadDue(db, [id])).get(id)!
    const { probeDeliveryId } = (await findEndpoint(db, TENANT, endpointId))!
    const outcome = {
      startedAt: Date.now(),
      durationMs: 0,
      response: { status: pick([200, 500, 500]), headers: {}, body: Buffer.alloc(0), truncated: false },
      error: null,
      timings: { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: 1, totalMs: 1 },
      remoteAddress: '192.0.2.1',
    }
    const request = { url: 'https://example.com', headers: {}, body: Buffer.alloc(0), timeoutMs: 1 }
    const attempted = {
      id: newId('attempt'),
      delivery,
      retry: DEFAULT_RETRY_POLICY,
      wasHeld: false,
      traceId: null,
      request,
      outcome,
    }
    const conclusion = conclude(attempted, Date.now(), () => 0.5)
    await settle({ ...conclusion, endpointFailing: true, isProbe: probeDeliveryId === id })
  }
  /** As after a hundred failures: the next one opens the circuit, and its probe is due. */
  async function fail() {
    await db.execute(sql`
      update ringback.endpoints set failing_since = now() - interval '1 hour', failed_attempts = 100,
        probe_at = case when circuit_opened_at is not null then now() end
      where id = ${endpointId}`)
    await attempt()
  }
  async function recover() {
    const after = new Date(Date.now() - HOUR)
    const scope = { endpointId, eventType: null, after, before: null, includeUnsent: false }
    const begun = await inTransaction(db, (tx) =>
      beginRecovery(tx, manyRecoveries, TENANT, { ...scope, statuses: ['delivered', 'canceled'] }, 50),
    )
    await advanceRecovery({ db, ids: newId }, begun, 10)
  }
  const follow = () => db.transaction((tx) => deliveries.followNext(tx, null))
  /** What a switch met under another's lock follows it later. */
  async function allFollow() {
    while (await follow()) {}
  }
  const deeds = [
    pause,
    resume,
    disable,
    enable,
    attempt,
    attempt,
    fail,
    fail,
    recover,
    () => deliveries.takeProbes(db, 10),
    () => deliveries.takeUnalarmed(db, [{ endpointId, most: 200 }], 200),
    () => deliveries.holdIfOff(db, [pick(ids), pick(ids)]),
    () => putOff(pick(ids), { kind: 'hold', endpointId }),
    () => putOff(pick(ids), { kind: 'busy', againInMs: null }),
    () => retryDelivery(db, { by: SYSTEM }, TENANT, pick(ids)),
    () => cancelDelivery(db, { by: SYSTEM }, TENANT, pick(ids)),
    () => transit(db, { tenantId: TENANT, endpointId, change: { kind: 'close' } }),
    follow,
  ]
  const isRefusal = (error: unknown) => error instanceof RingbackError && error.kind === 'conflict'

  for (let round = 0; round < ROUNDS; round++) {
    await Promise.all(
      Array.from({ length: AT_ONCE }, () =>
        pick(deeds)().catch((error: unknown) => {
          if (!isRefusal(error)) throw error
        }),
      ),
    )
    await allFollow()
    const { rows } = await db.execute(sql`
      select d.status, d.waiting_for, d.due_at, d.wake_at, e.status as endpoint, e.circuit_opened_at, e.probe_delivery_id, d.id
      from ringback.deliveries d join ringback.endpoints e on e.id = d.endpoint_id
      where (d.status = 'held' and not case d.waiting_for when 'circuit' then e.circuit_opened_at is not null else e.status = d.waiting_for end)
        or (d.status in ('pending', 'retrying') and (d.wake_at is null or d.due_at is null))
        or (d.status not in ('pending', 'retrying') and d.wake_at is not null)
        or e.following_since is not null
        or (e.circuit_opened_at is not null and (e.probe_at is null or e.status not in ('active', 'failing')))`)
    expect(rows).toEqual([])
  }
  await enable()
  await allFollow()
  const { rows } = await db.execute(sql`select id from ringback.deliveries where status = 'held'`)
  expect(rows).toEqual([])
})
