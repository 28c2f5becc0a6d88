/** All that may happen, in any order. */
import fc from 'fast-check'
import { SYSTEM } from '../../src/audit/entry.ts'
import { cancelDelivery } from '../../src/deliveries/cancel.ts'
import { retryDelivery } from '../../src/deliveries/retry.ts'
import * as deliveries from '../../src/deliveries/store.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../src/duration.ts'
import { disableEndpoint } from '../../src/endpoints/disable.ts'
import { enableEndpoint } from '../../src/endpoints/enable.ts'
import { pauseEndpoint, resumeEndpoint } from '../../src/endpoints/pause.ts'
import { removeEndpoint } from '../../src/endpoints/remove.ts'
import { rotateSecret } from '../../src/endpoints/rotate-secret.ts'
import { RingbackError } from '../../src/errors.ts'
import { newId } from '../../src/ids.ts'
import { switchNotices } from '../../src/notices/switches.ts'
import { advanceRecovery } from '../../src/recoveries/advance.ts'
import { beginRecovery } from '../../src/recoveries/begin.ts'
import { emit, register } from './host.ts'
import type { KnownDelivery, KnownEndpoint, Ledger } from './ledger.ts'
import { type Ring, WORKERS, type World } from './world.ts'

/** One thing that happens. */
export type Happening = fc.AsyncCommand<Ledger, World>

const needs = { by: SYSTEM, deliveries, notices: switchNotices, ids: newId }

/** @param title as it is printed, so that a failure reads as a story */
function happening(title: string, run: (world: World, ledger: Ledger) => Promise<unknown>): Happening {
  return {
    check: () => true,
    async run(ledger, world) {
      await run(world, ledger)
      if (ledger.broken.length > 0) throw new Error(`Broken promises:\n${ledger.broken.join('\n')}`)
    },
    toString: () => title,
  }
}

const nth = fc.nat({ max: 999 })
const worker = fc.constantFrom(...WORKERS)
const often = <T>(times: number, arbitrary: T): T[] => Array.from({ length: times }, () => arbitrary)

/** Something that is done to an endpoint which is there. */
const toEndpoint = (
  title: string,
  run: (world: World, endpoint: KnownEndpoint) => Promise<unknown>,
): fc.Arbitrary<Happening> =>
  nth.map((n) =>
    happening(`${title} ${n}`, async (world, { endpoints }) => {
      const there = endpoints.filter(({ state }) => state !== 'deleted')
      if (there.length > 0) await run(world, there[n % there.length]!)
    }),
  )

/** Something that is done to a delivery, and as often as not to one that is under way. */
const toDelivery = (
  title: string,
  run: (world: World, delivery: KnownDelivery, ledger: Ledger) => Promise<unknown>,
): fc.Arbitrary<Happening> =>
  fc.record({ n: nth, isUnderWay: fc.boolean() }).map(({ n, isUnderWay }) =>
    happening(`${title} ${n}${isUnderWay ? ' of those under way' : ''}`, async (world, ledger) => {
      const underWay = world.wire.hanging.map(({ sent }) => ledger.deliveryOf(sent)!)
      const some = isUnderWay && underWay.length > 0 ? underWay : ledger.deliveries
      if (some.length > 0) await run(world, some[n % some.length]!, ledger)
    }),
  )

/** @returns whether it was done; a conflict with how things stand is an answer too */
async function isDone(verb: () => Promise<unknown>): Promise<boolean> {
  try {
    await verb()
    return true
  } catch (error) {
    if (error instanceof RingbackError && error.kind === 'conflict') return false
    throw error
  }
}

const transaction = ({ db }: World, work: (tx: World['db']) => Promise<unknown>) =>
  isDone(() => db.transaction(work))

const accept = fc
  .record({ count: fc.integer({ min: 1, max: 6 }), apiDies: fc.boolean() })
  .map(({ count, apiDies }) =>
    happening(`accept ${count}${apiDies ? ', the API dies' : ''}`, (world) => emit(world, count, apiDies)),
  )

const ring = fc
  .record({
    worker,
    most: fc.integer({ min: 1, max: 30 }),
    how: fc.constantFrom<Ring>(
      ...often(4, 'told' as const),
      'hangs',
      'worker dies',
      'worker dies before',
      'worker dies after',
    ),
  })
  .map(({ worker, most, how }) =>
    // What hangs takes places, and whoever finds none waits for one in real time.
    happening(`ring ${most} at ${worker}: ${how}`, (world) =>
      world.ring(worker, how === 'hangs' ? Math.min(most, 3) : most, how),
    ),
  )

const pass = fc
  .constantFrom(
    SECOND,
    5 * SECOND,
    11 * SECOND,
    11 * SECOND,
    61 * SECOND,
    10 * MINUTE,
    3 * HOUR,
    1 * DAY,
    5 * DAY,
  )
  .map((ms) => happening(`pass ${ms / SECOND} s`, (world) => world.pass(ms)))

const turn = fc
  .record({ status: fc.constantFrom(204, 204, 204, 500, 500, 503, 410), n: nth })
  .map(({ status, n }) =>
    happening(`receiver ${n} answers ${status}`, async ({ wire }, { endpoints }) => {
      wire.answers.set(endpoints[n % endpoints.length]!.url, status)
    }),
  )

const crash = fc
  .record({ worker, isFrozen: fc.boolean(), jobs: fc.constantFrom('taken over' as const, 'lost' as const) })
  .map(({ worker, ...how }) =>
    happening(`worker ${worker} ${how.isFrozen ? 'freezes' : 'dies'}, jobs ${how.jobs}`, async (world) =>
      world.crash(worker, how),
    ),
  )

const pause = toEndpoint('pause', async (world, endpoint) => {
  if (await transaction(world, (tx) => pauseEndpoint(tx, needs, world.tenantId, endpoint.id)))
    switched(world, endpoint, 'off')
})
const resume = toEndpoint('resume', async (world, endpoint) => {
  if (await transaction(world, (tx) => resumeEndpoint(tx, needs, world.tenantId, endpoint.id)))
    switched(world, endpoint, 'on')
})
const disable = toEndpoint('disable', async (world, endpoint) => {
  await transaction(world, (tx) => disableEndpoint(tx, needs, world.tenantId, endpoint.id))
  switched(world, endpoint, 'off')
})
const enable = toEndpoint('enable', async (world, endpoint) => {
  await transaction(world, (tx) => enableEndpoint(tx, needs, world.tenantId, endpoint.id))
  switched(world, endpoint, 'on')
})
const remove = toEndpoint('delete', async (world, endpoint) => {
  await transaction(world, (tx) => removeEndpoint(tx, needs, world.tenantId, endpoint.id))
  switched(world, endpoint, 'deleted')
})

function switched(world: World, endpoint: KnownEndpoint, state: KnownEndpoint['state']) {
  endpoint.state = state
  endpoint.since = world.now()
}

/** Long enough not to end just when it is looked at. */
const GRACES = [0, 2_000, 20_000]
const rotate = fc.constantFrom(...GRACES).chain((graceSeconds) =>
  toEndpoint(`rotate, grace ${graceSeconds} s,`, async (world, { id, secrets }) => {
    const { db, keyring, tenantId } = world
    const rotation = () =>
      db.transaction((tx) =>
        rotateSecret(tx, { by: SYSTEM, ids: newId, keyring }, tenantId, id, { graceSeconds }),
      )
    const rotated = await rotation().catch((error) => {
      if (error instanceof RingbackError && error.code === 'too_many_secrets') return undefined
      throw error
    })
    if (!rotated) return
    const end = world.now() + graceSeconds * SECOND
    for (const one of secrets) one.expiresAt = Math.min(one.expiresAt ?? end, end)
    secrets.push({ secret: rotated.secret, expiresAt: null })
    // Within two seconds every worker knows.
    await world.pass(2 * SECOND)
  }),
)

const cancel = toDelivery('cancel', async ({ db, tenantId }, delivery, ledger) => {
  if (await isDone(() => cancelDelivery(db, { by: SYSTEM }, tenantId, delivery.id))) ledger.canceled(delivery)
})

async function retryByHand({ db, tenantId, alarms, ledger }: World, delivery: KnownDelivery) {
  const isAnswered = await isDone(async () => {
    const { status, attemptCount, trigger } = await retryDelivery(db, { by: SYSTEM }, tenantId, delivery.id)
    if (status !== 'held')
      alarms.ring({ id: delivery.id, endpointId: delivery.endpoint.id, attempt: attemptCount + 1, trigger })
  })
  if (isAnswered) ledger.retried(delivery)
}

const retry = toDelivery('retry', retryByHand)

/** Whoever waits for an attempt to end may well lose patience. */
const impatience = fc.constant(
  happening('retry all that is under way, which then fails', async (world, ledger) => {
    await world.ring(0, 3, 'hangs')
    for (const { sent } of world.wire.hanging) {
      world.wire.answers.set(sent.url, 500)
      await retryByHand(world, ledger.deliveryOf(sent)!)
    }
    await world.answer(Number.POSITIVE_INFINITY)
  }),
)

const recover = fc.constant(
  happening('recover all that ended', async ({ db, tenantId }, ledger) => {
    const filter = {
      endpointId: null,
      statuses: [...deliveries.RECOVERABLE_STATUSES],
      eventType: null,
      after: new Date(0),
      before: null,
      includeUnsent: false,
    }
    const recovery = await db.transaction((tx) =>
      beginRecovery(tx, { by: SYSTEM, ids: newId, most: 1_000 }, tenantId, filter, 1_000),
    )
    while ((await advanceRecovery({ db, ids: newId }, recovery, 1_000)).more);
    const rows = await deliveries.listDeliveries(db, tenantId, { limit: 10_000 })
    const taken = new Set(rows.filter(({ recoveryId }) => recoveryId === recovery.id).map(({ id }) => id))
    for (const delivery of ledger.deliveries) if (taken.has(delivery.id)) ledger.retried(delivery)
  }),
)

/** Enough failures over long enough to open a circuit. */
const badDay = nth.map((n) =>
  happening(`a bad day of receiver ${n}`, async (world, { endpoints }) => {
    const { url } = endpoints[n % endpoints.length]!
    world.wire.answers.set(url, 500)
    await emit(world, 20, false)
    await world.ring(0, 60, 'told')
    await world.pass(31 * SECOND)
    await emit(world, 15, false)
    await world.upkeep()
    await world.ring(0, 60, 'told')
    await world.ring(1, 60, 'told')
  }),
)

const answer = fc
  .integer({ min: 1, max: 5 })
  .map((most) => happening(`${most} late answers`, (world) => world.answer(most)))

const away = fc.boolean().map((isAway) =>
  happening(`the queue is ${isAway ? 'away' : 'back'}`, async ({ queue }) => {
    queue.isAway = isAway
  }),
)

const upkeep = fc.constant(happening('upkeep', (world) => world.upkeep()))
const wipe = fc.constant(happening('wipe the queue', async ({ queue }) => queue.wipe()))
const newcomer = fc.constant(happening('register', (world) => register(world)))

/** A worker that stops in the middle, whose work others do again, and that may go on later as if nothing had been. */
const freeze = fc.constant(
  happening('worker 0 freezes with work under way', async (world) => {
    await world.ring(0, 3, 'hangs')
    world.crash(0, { isFrozen: true, jobs: 'taken over' })
  }),
)

/** What happens often is there often. */
export const HAPPENINGS: fc.Arbitrary<Happening>[] = [
  ...often(6, accept),
  ...often(12, ring),
  ...often(6, pass),
  ...often(6, upkeep),
  ...[turn, answer, cancel, retry, enable, resume].flatMap((one) => often(3, one)),
  ...[pause, disable, rotate, badDay, crash, freeze, impatience, wipe, away].flatMap((one) => often(2, one)),
  ...[recover, remove, newcomer],
]
