/** The end of a story: all is made well, time passes until nothing waits any more, and what came of it is looked at. */
import { sql } from 'drizzle-orm'
import { SYSTEM } from '../../src/audit/entry.ts'
import { isFinal } from '../../src/deliveries/delivery.ts'
import * as deliveries from '../../src/deliveries/store.ts'
import { type DeliveryRow, listDeliveries } from '../../src/deliveries/store.ts'
import { MINUTE } from '../../src/duration.ts'
import { enableEndpoint } from '../../src/endpoints/enable.ts'
import { findEndpoint } from '../../src/endpoints/store.ts'
import type { Id } from '../../src/ids.ts'
import { switchNotices } from '../../src/notices/switches.ts'
import type { RetryPolicy } from '../../src/retry/policy.ts'
import type { KnownDelivery } from './ledger.ts'
import { WORKERS, type World } from './world.ts'

/** More rounds than any story needs: what is not over by then never will be. */
const MOST_ROUNDS = 100

/** Repairs what is broken and lets time pass until every delivery is final. */
export async function bringToEnd(world: World): Promise<void> {
  const { db, tenantId, queue, wire, ledger } = world
  queue.isAway = false
  wire.answers.clear()
  await world.answer(Number.POSITIVE_INFINITY, 'living')
  for (const { id } of ledger.endpoints) {
    const found = await findEndpoint(db, tenantId, id)
    // A circuit that is open must close by itself.
    if (found?.status === 'paused' || found?.status === 'disabled')
      await db.transaction((tx) =>
        enableEndpoint(tx, { by: SYSTEM, deliveries, notices: switchNotices }, tenantId, id),
      )
  }
  for (const endpoint of ledger.endpoints) if (endpoint.state === 'off') endpoint.state = 'on'
  for (let round = 0; round < MOST_ROUNDS; round++) {
    await world.upkeep()
    for (const worker of WORKERS) await world.ring(worker, 200, 'told')
    if (!(await anyWaits(world))) return
    await world.pass(2 * MINUTE * 1.2 ** round)
  }
  ledger.broken.push(`something still waits after ${MOST_ROUNDS} rounds`)
}

async function anyWaits({ db, tenantId }: World): Promise<boolean> {
  const { rows } = await db.execute(sql`
    select from ringback.deliveries
    where tenant_id = ${tenantId} and status in ('pending', 'retrying', 'held') limit 1`)
  return rows.length > 0
}

/** Looks at every delivery that was promised. @returns what is not as promised */
export async function faultsOf(world: World): Promise<string[]> {
  const { ledger } = world
  const rows = new Map((await allDeliveries(world)).map((row) => [row.id, row]))
  const numbers = await attemptNumbers(world)
  const faults = [...ledger.broken]

  for (const [id, { deliveryCount }] of ledger.events) {
    const known = ledger.deliveries.filter(({ eventId }) => eventId === id).length
    if (known !== deliveryCount)
      faults.push(`${id} has ${known} deliveries, and ${deliveryCount} were answered`)
  }
  for (const delivery of ledger.deliveries) {
    const row = rows.get(delivery.id)
    if (!row) faults.push(`${delivery.id} is lost`)
    else
      faults.push(
        ...faultsOfOne(world, delivery, row, numbers.get(delivery.id) ?? []).map(
          (fault) => `${delivery.id} (${row.status}, ${row.reason}) ${fault}`,
        ),
      )
  }

  // What comes too late, from workers that were frozen, changes nothing that is final.
  for (const url of world.ledger.endpoints.map(({ url }) => url)) world.wire.answers.set(url, 500)
  await world.answer(Number.POSITIVE_INFINITY)
  for (const { id, status, reason } of await allDeliveries(world)) {
    const before = rows.get(id)!
    if (before.status !== status || before.reason !== reason)
      faults.push(`${id} was ${before.status} and final, and is ${status} since a late answer`)
  }
  return faults
}

const allDeliveries = ({ db, tenantId }: World) => listDeliveries(db, tenantId, { limit: 100_000 })

async function attemptNumbers({ db, tenantId }: World): Promise<Map<Id<'delivery'>, number[]>> {
  const { rows } = await db.execute<{ id: Id<'delivery'>; numbers: number[] }>(sql`
    select delivery_id as id, array_agg(number order by number) as numbers
    from ringback.attempts where tenant_id = ${tenantId} group by delivery_id`)
  return new Map(rows.map(({ id, numbers }) => [id, numbers]))
}

function faultsOfOne(world: World, delivery: KnownDelivery, row: DeliveryRow, numbers: number[]): string[] {
  const { wire } = world
  const { endpoint, eventId } = delivery
  const sent = wire.sent.filter((one) => one.eventId === eventId && one.url === endpoint.url)
  const taken = sent.some(({ status }) => status !== null && status >= 200 && status <= 299)
  const most = mostAttempts(endpoint.policy)
  const claims: [boolean, string][] = [
    [isFinal(row.status), 'is not final'],
    [row.status !== 'delivered' || taken, 'was never taken'],
    [row.status === 'delivered' || row.reason !== null, 'does not say why'],
    [row.status !== 'failed' || numbers.length > row.roundStart, 'was given up untried'],
    [row.status !== 'failed' || sent.length > delivery.sentBefore, 'was retried, and given up untried'],
    [
      row.reason !== 'attempts_exhausted' || row.attemptCount - row.roundStart === most,
      `was given up after ${row.attemptCount - row.roundStart} attempts of ${most}`,
    ],
    [
      row.status !== 'canceled' || delivery.isCanceled || endpoint.state === 'deleted',
      'was canceled by nobody',
    ],
    [numbers.every((number, i) => number === i + 1), `has the attempts ${numbers}`],
    [numbers.length === row.attemptCount, `counts ${row.attemptCount} attempts of ${numbers.length}`],
    [
      row.attemptCount - row.roundStart <= most,
      `had ${row.attemptCount - row.roundStart} attempts in a round`,
    ],
    [row.attemptCount <= most * (1 + delivery.retries), `had ${row.attemptCount} attempts`],
    [sent.length >= numbers.length, `has ${numbers.length} attempts, of ${sent.length} requests`],
  ]
  return claims.filter(([isSo]) => !isSo).map(([, fault]) => fault)
}

const mostAttempts = (policy: RetryPolicy) =>
  policy.kind === 'schedule' ? policy.delaysSeconds.length + 1 : policy.maxAttempts
