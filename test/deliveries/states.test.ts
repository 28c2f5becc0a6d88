/** Holds docs/states.md to the code: each cell of its tables is brought about on a real Postgres. */
import { readFileSync } from 'node:fs'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { SYSTEM } from '../../src/audit/entry.ts'
import { cancelDelivery } from '../../src/deliveries/cancel.ts'
import { retryDelivery } from '../../src/deliveries/retry.ts'
import * as deliveries from '../../src/deliveries/store.ts'
import { conclude } from '../../src/dispatch/conclude.ts'
import { createSettle, type Settle } from '../../src/dispatch/settle.ts'
import { DAY, SECOND } from '../../src/duration.ts'
import { disableEndpoint } from '../../src/endpoints/disable.ts'
import { enableEndpoint } from '../../src/endpoints/enable.ts'
import { pauseEndpoint, resumeEndpoint } from '../../src/endpoints/pause.ts'
import { removeEndpoint } from '../../src/endpoints/remove.ts'
import { findEndpoint } from '../../src/endpoints/store.ts'
import { RingbackError } from '../../src/errors.ts'
import { type Id, newId } from '../../src/ids.ts'
import { switchNotices } from '../../src/notices/switches.ts'
import { packageFolder } from '../../src/package.ts'
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from '../../src/retry/policy.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'
import { answered } from '../setup/outcome.ts'
import { storeDeliveries } from '../setup/stored-deliveries.ts'

const TENANT = 'acme'
const NO_RETRY: RetryPolicy = { kind: 'schedule', delaysSeconds: [], jitter: 0 }
const needs = { by: SYSTEM, deliveries, notices: switchNotices }

let database: TestDatabase
let settle: Settle
let endpointId: Id<'endpoint'>

beforeAll(async () => {
  database = await createTestDatabase()
  settle = createSettle({ db: database.db, random: () => 0.5 })
  await database.db.execute(sql`insert into ringback.tenants (id) values (${TENANT})`)
})
afterAll(() => database.drop())
beforeEach(async () => {
  endpointId = newId('endpoint')
  await database.db.execute(
    sql`insert into ringback.endpoints (id, tenant_id, url) values (${endpointId}, ${TENANT}, 'https://example.com')`,
  )
})

interface Cell {
  happens: string
  from: string
  to: string
}

/** The cells of a table of the page, without what cannot be. */
function cellsOf(marker: string): Cell[] {
  const page = readFileSync(new URL('docs/states.md', packageFolder), 'utf8')
  const [head, , ...rows] = page
    .split(`<!-- ${marker} -->\n`)[1]!
    .split('\n\n')[0]!
    .split('\n')
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
  return rows
    .flatMap(([happens, ...cells]) => cells.map((to, i) => ({ happens: happens!, from: head![i + 1]!, to })))
    .filter(({ to }) => to !== '-')
}

const verb =
  <Rest extends unknown[]>(
    run: (
      db: TestDatabase['db'],
      needs: { by: typeof SYSTEM; deliveries: typeof deliveries; notices: typeof switchNotices },
      tenantId: string,
      id: Id<'endpoint'>,
      ...rest: Rest
    ) => Promise<unknown>,
  ) =>
  (...rest: Rest) =>
    database.db.transaction((tx) => run(tx, needs, TENANT, endpointId, ...rest))
const [pause, resume, disable, enable, remove] = [
  verb(pauseEndpoint),
  verb(resumeEndpoint),
  verb(disableEndpoint),
  verb(enableEndpoint),
  verb(removeEndpoint),
]

async function insert(): Promise<Id<'delivery'>> {
  const id = newId('delivery')
  const made = { id, tenantId: TENANT, eventId: newId('event'), eventType: 'a', endpointId } as const
  await storeDeliveries(database.db, [{ ...made, endpointStatus: 'active', trigger: 'automatic' }])
  return id
}

/** An attempt that was under way ends now. */
async function attempt(id: Id<'delivery'>, status: number, retry: RetryPolicy = DEFAULT_RETRY_POLICY) {
  const delivery = (await deliveries.loadDue(database.db, [id])).get(id)!
  const attempted = {
    id: newId('attempt'),
    delivery,
    retry,
    wasHeld: false,
    request: { url: 'https://example.com', headers: {}, body: Buffer.alloc(0), timeoutMs: 1 },
    traceId: null,
    outcome: answered(status),
  }
  const conclusion = conclude(attempted, Date.now(), () => 0.5)
  await settle({ ...conclusion, endpointFailing: true, isProbe: false })
}

const isRefused = (error: unknown) => {
  if (error instanceof RingbackError && error.kind === 'conflict') return '409'
  throw error
}

describe('an endpoint', () => {
  const setHealth = (failures: number, sinceMs: number) =>
    database.db.execute(sql`
      update ringback.endpoints
      set failed_attempts = ${failures}, failing_since = now() - ${sinceMs / SECOND} * interval '1 second'
      where id = ${endpointId}`)

  const states: Record<string, () => Promise<unknown>> = {
    async active() {},
    failing: () => showFailing(5, 20 * SECOND),
    async 'circuit open'() {
      await showFailing(30, 60 * SECOND)
      await database.db.execute(sql`
        update ringback.endpoints set circuit_opened_at = now() - interval '1 second', probe_at = now()
        where id = ${endpointId}`)
      await deliveries.holdWaiting(database.db, TENANT, endpointId, 'circuit')
    },
    paused: () => pause(),
    disabled: () => disable(),
  }
  async function showFailing(failures: number, sinceMs: number) {
    await setHealth(failures, sinceMs)
    await database.db.execute(sql`update ringback.endpoints set status = 'failing' where id = ${endpointId}`)
  }

  const failureAfter = (before: number, sinceMs: number) => async (id: Id<'delivery'>) => {
    await setHealth(before, sinceMs)
    await attempt(id, 500)
  }
  const happenings: Record<string, (id: Id<'delivery'>) => Promise<unknown>> = {
    'an attempt succeeds': (id) => attempt(id, 200),
    'an attempt fails': (id) => attempt(id, 500),
    'the fifth failure in a row': failureAfter(4, SECOND),
    'the thirtieth failure, less than 30 s after the first': failureAfter(29, 20 * SECOND),
    'the thirtieth failure, 30 s after the first': failureAfter(29, 30 * SECOND),
    'the tenth failure, 5 days after the first': failureAfter(9, 5 * DAY),
    'an answer of 410': (id) => attempt(id, 410),
    pause: () => pause(),
    resume: () => resume(),
    async 'resume, after five failures'() {
      await setHealth(5, SECOND)
      await resume()
    },
    disable: () => disable(),
    enable: () => enable(),
  }

  const waits: Record<string, { status: string; waitingFor: string | null }> = {
    active: { status: 'pending', waitingFor: null },
    failing: { status: 'pending', waitingFor: null },
    'circuit open': { status: 'held', waitingFor: 'circuit' },
    paused: { status: 'held', waitingFor: 'paused' },
    disabled: { status: 'held', waitingFor: 'disabled' },
  }

  async function state() {
    const { status, circuitOpenedAt } = (await findEndpoint(database.db, TENANT, endpointId))!
    return circuitOpenedAt ? 'circuit open' : status
  }

  test.each(cellsOf('endpoint'))(
    'that is $from, when "$happens": $to, and what waits follows',
    async ({ happens, from, to }) => {
      const [underWay, waiting] = [await insert(), await insert()]
      await states[from]!()
      expect(await state()).toBe(from)

      const refused = await happenings[happens]!(underWay).then(() => undefined, isRefused)
      expect(refused ?? (await state())).toBe(to)
      const now = refused ? from : to
      expect(await state()).toBe(now)
      expect(await deliveries.findDelivery(database.db, TENANT, waiting)).toMatchObject(waits[now]!)
    },
  )
})

describe('a delivery', () => {
  const states: Record<string, (id: Id<'delivery'>) => Promise<unknown>> = {
    async pending() {},
    retrying: (id) => attempt(id, 500),
    held: () => disable(),
    delivered: (id) => attempt(id, 200),
    failed: (id) => attempt(id, 500, NO_RETRY),
    canceled: (id) => cancelDelivery(database.db, { by: SYSTEM }, TENANT, id),
  }
  const happenings: Record<string, (id: Id<'delivery'>) => Promise<unknown>> = {
    'an attempt succeeds': (id) => attempt(id, 200),
    'it fails, another is due': (id) => attempt(id, 500),
    'it fails, none is left': (id) => attempt(id, 500, NO_RETRY),
    'its endpoint is switched off': () => disable(),
    async 'its endpoint is let go on'() {
      await disable()
      await enable()
    },
    cancel: (id) => cancelDelivery(database.db, { by: SYSTEM }, TENANT, id),
    retry: (id) => retryDelivery(database.db, { by: SYSTEM }, TENANT, id),
    async 'retry, while its endpoint is off'(id) {
      await disable()
      await retryDelivery(database.db, { by: SYSTEM }, TENANT, id)
    },
    'its endpoint is deleted': () => remove(),
  }

  const status = async (id: Id<'delivery'>) =>
    (await deliveries.findDelivery(database.db, TENANT, id))!.status

  test.each(cellsOf('delivery'))('that is $from, when "$happens": $to', async ({ happens, from, to }) => {
    const id = await insert()
    await states[from]!(id)
    expect(await status(id)).toBe(from)

    const refused = await happenings[happens]!(id).then(() => undefined, isRefused)
    expect(refused ?? (await status(id))).toBe(to)
    if (refused) expect(await status(id)).toBe(from)
  })
})
