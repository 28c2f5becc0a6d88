import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { SYSTEM } from '../../src/audit/entry.ts'
import { openDatabase } from '../../src/db/open.ts'
import { cancel, recoveryEnds, releaseHeld, restart } from '../../src/deliveries/store.ts'
import { type Id, newId, timeOfId } from '../../src/ids.ts'
import { advanceRecovery } from '../../src/recoveries/advance.ts'
import { steerRecovery } from '../../src/recoveries/steer.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'
import { createRoom, type Room } from './room.ts'

let database: TestDatabase
let room: Room

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
beforeEach(async () => {
  await database.db.execute(sql`truncate ringback.notices`)
  room = await createRoom(database)
})

const stop = (id: Id<'recovery'>, status: 'paused' | 'canceled') =>
  steerRecovery(database.db, { by: SYSTEM, most: 10 }, room.tenantId, id, status)

const resume = (id: Id<'recovery'>, most = 10) =>
  steerRecovery(database.db, { by: SYSTEM, most }, room.tenantId, id, 'running')

const idsOf = (rows: readonly { id: string }[]) => rows.map(({ id }) => id)

async function notices() {
  const { rows } = await database.db.execute<{ type: string; data: unknown }>(
    sql`select type, data from ringback.notices order by id`,
  )
  return rows
}

test('a recovery begins failed deliveries anew, the oldest first, so many a step and no more', async () => {
  const failed = await room.failed(5)
  const recovery = await room.begin()
  expect(recovery).toMatchObject({ status: 'running', matched: 5, restarted: 0 })

  expect(await room.step(recovery, 2)).toEqual({ started: 2, more: true })
  expect(idsOf(await room.started(recovery.id))).toEqual(failed.slice(0, 2))
  expect(await room.step(recovery, 2)).toEqual({ started: 2, more: true })
  expect(await room.step(recovery, 2)).toEqual({ started: 1, more: false })
  expect(idsOf(await room.started(recovery.id))).toEqual(failed)
  expect(await room.step(recovery, 2)).toEqual({ started: 0, more: false })
  expect(await room.recovery(recovery.id)).toMatchObject({ status: 'running', restarted: 5 })
})

test('what it begins anew has a fresh schedule, is due now, waits for the sweeper and keeps its log', async () => {
  const [id] = await room.failed(1)
  const recovery = await room.begin()
  await room.step(recovery, 10)
  const [delivery] = await room.started(recovery.id)
  expect(delivery).toMatchObject({
    id,
    status: 'pending',
    trigger: 'recovery',
    attemptCount: 1,
    roundStart: 1,
    completedAt: null,
    reason: null,
  })
  expect(delivery!.wakeAt).toEqual(delivery!.dueAt)
  expect(delivery!.roundAt).toEqual(delivery!.dueAt)
})

test('it takes what its filter names: endpoint, type, state and time', async () => {
  const other = await room.endpoint()
  const early = await room.ended('failed')
  const after = new Date(timeOfId(early) + 1)
  while (new Date() < after);
  const failed = await room.ended('failed')
  const elsewhere = await room.ended('failed', { endpointId: other })
  const named = await room.ended('failed', { eventType: 'b' })
  const delivered = await room.ended('delivered')
  const canceled = await room.ended('canceled')

  const matched = async (filter: Parameters<Room['begin']>[0]) => {
    const recovery = await room.begin(filter)
    await room.step(recovery, 100)
    const started = await room.started(recovery.id)
    expect(recovery.matched).toBe(started.length)
    // As they were, for the next.
    await database.db.execute(sql`
      update ringback.deliveries set completed_at = now(), status = case id
        when ${delivered} then 'delivered' when ${canceled} then 'canceled' else 'failed' end
      where recovery_id = ${recovery.id}`)
    return idsOf(started)
  }
  expect(await matched({})).toEqual([early, failed, elsewhere, named])
  expect(await matched({ after })).toEqual([failed, elsewhere, named])
  expect(await matched({ before: after })).toEqual([early])
  expect(await matched({ endpointId: other })).toEqual([elsewhere])
  expect(await matched({ eventType: 'b' })).toEqual([named])
  expect(await matched({ statuses: ['delivered'] })).toEqual([delivered])
  expect(await matched({ after, statuses: ['delivered', 'failed', 'canceled'] })).toEqual([
    failed,
    elsewhere,
    named,
    delivered,
    canceled,
  ])
})

test('it leaves alone what waits, what is a test, and what has no endpoint any more', async () => {
  const [waiting] = await room.failed(1)
  await restart(database.db, room.tenantId, waiting!, 'manual')
  await room.ended('failed', { trigger: 'test' })
  await room.ended('failed', { endpointId: newId('endpoint') })
  const recovery = await room.begin()
  expect(recovery.matched).toBe(0)
  expect(await room.step(recovery, 10)).toEqual({ started: 0, more: false })
  expect(await room.recovery(recovery.id)).toMatchObject({ status: 'finished', restarted: 0 })
})

test("another tenant's deliveries stay as they are", async () => {
  const neighbour = await createRoom(database)
  await neighbour.failed(2)
  await room.failed(1)
  const before = await neighbour.deliveries()
  const recovery = await room.begin()
  expect(recovery.matched).toBe(1)
  await room.step(recovery, 10)
  expect(await neighbour.deliveries()).toEqual(before)
})

test('what ends after it began is not of it: neither its own that fail again, nor others', async () => {
  const [first, second] = await room.failed(2)
  const late = await room.ended('delivered')
  const recovery = await room.begin({ statuses: ['failed', 'delivered'] })
  await room.step(recovery, 1)
  await room.settle(first!, 'failed')
  await database.db.execute(
    sql`update ringback.deliveries set completed_at = now() + interval '1 second' where id = ${late}`,
  )
  await room.step(recovery, 10)
  await room.step(recovery, 10)
  expect(idsOf(await room.started(recovery.id))).toEqual([first, second])
  expect(await room.recovery(recovery.id)).toMatchObject({ restarted: 2 })
})

test('paused it sets nothing going, resumed it goes on where it was, and both may be said twice', async () => {
  const failed = await room.failed(3)
  const recovery = await room.begin()
  await room.step(recovery, 1)
  for (let i = 0; i < 2; i++)
    expect(await stop(recovery.id, 'paused')).toMatchObject({
      status: 'paused',
    })
  expect(await room.step(recovery, 10)).toEqual({ started: 0, more: false })
  for (let i = 0; i < 2; i++) await resume(recovery.id)
  await room.step(recovery, 10)
  expect(idsOf(await room.started(recovery.id))).toEqual(failed)
})

test('canceled it sets nothing more going, what was set going stays so, and nothing revives it', async () => {
  await room.failed(3)
  const recovery = await room.begin()
  await room.step(recovery, 1)
  await stop(recovery.id, 'canceled')
  expect(await room.step(recovery, 10)).toEqual({ started: 0, more: false })
  expect((await room.deliveries()).map(({ status }) => status)).toEqual(['pending', 'failed', 'failed'])
  for (const steered of [
    () => resume(recovery.id),
    () => stop(recovery.id, 'paused'),
    () => stop(recovery.id, 'canceled'),
  ])
    await expect(steered()).rejects.toMatchObject({ code: 'recovery_final' })
})

test('a step that was cut off leaves nothing behind, and the next process goes on from the last one', async () => {
  const failed = await room.failed(4)
  const recovery = await room.begin()
  await room.step(recovery, 1)
  await expect(
    database.db.transaction(async (tx) => {
      await advanceRecovery({ db: tx, ids: newId }, recovery, 2)
      throw new Error('the power went')
    }),
  ).rejects.toThrow('the power went')
  expect(idsOf(await room.started(recovery.id))).toEqual(failed.slice(0, 1))

  const restarted = createTestConnection()
  await advanceRecovery({ db: restarted.db, ids: newId }, recovery, 10)
  await restarted.close()
  expect(idsOf(await room.started(recovery.id))).toEqual(failed)
  expect(await room.recovery(recovery.id)).toMatchObject({ restarted: 4 })
})

test('processes that step at once set each delivery going once, and count each once', async () => {
  await room.failed(60)
  const recovery = await room.begin()
  const processes = [createTestConnection(), createTestConnection(), createTestConnection()]
  let started = 0
  async function stepToTheEnd({ db }: Pick<TestDatabase, 'db'>) {
    while ((await room.recovery(recovery.id)).exhaustedAt === null) {
      const step = await advanceRecovery({ db, ids: newId }, recovery, 7)
      started += step.started
    }
  }
  await Promise.all(processes.map(stepToTheEnd))
  await Promise.all(processes.map((one) => one.close()))
  expect(started).toBe(60)
  expect(await room.recovery(recovery.id)).toMatchObject({ restarted: 60 })
  expect(
    (await room.deliveries()).every(({ status, roundStart }) => status === 'pending' && roundStart === 1),
  ).toBe(true)
})

test('deliveries to an endpoint that is off are held, and the recovery runs until they have ended', async () => {
  const off = await room.endpoint('disabled')
  const id = await room.ended('failed', { endpointId: off })
  const recovery = await room.begin()
  await room.step(recovery, 10)
  expect(await room.started(recovery.id)).toMatchObject([{ id, status: 'held', waitingFor: 'disabled' }])
  await room.step(recovery, 10)
  expect(await room.recovery(recovery.id)).toMatchObject({ status: 'running' })

  await database.db.execute(sql`update ringback.endpoints set status = 'active' where id = ${off}`)
  await releaseHeld(database.db, room.tenantId, off)
  await room.settle(id, 'delivered')
  await room.step(recovery, 10)
  expect(await room.recovery(recovery.id)).toMatchObject({ status: 'finished' })
})

test('no more than so many recoveries of a tenant are at work at a time, however many are asked for at once', async () => {
  await room.failed(1)
  const asked = await Promise.allSettled(Array.from({ length: 6 }, () => room.begin({}, 3)))
  const begun = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const refused = asked.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
  expect(begun).toHaveLength(3)
  for (const reason of refused) expect(reason).toMatchObject({ code: 'too_many_recoveries', kind: 'refused' })

  // One that is paused leaves its place to another, and waits for one to go on.
  await stop(begun[0]!.id, 'paused')
  const another = await room.begin({}, 3)
  await expect(resume(begun[0]!.id, 3)).rejects.toMatchObject({ code: 'too_many_recoveries' })
  await stop(another.id, 'canceled')
  expect(await resume(begun[0]!.id, 3)).toMatchObject({ status: 'running' })
  // One that runs already is not one more.
  expect(await resume(begun[0]!.id, 3)).toMatchObject({ status: 'running' })
})

test("a recovery whose deliveries are all held is no work: it takes nobody's place, and tells how many are held", async () => {
  const off = await room.endpoint('disabled')
  for (let i = 0; i < 3; i++) await room.ended('failed', { endpointId: off })
  const recovery = await room.begin({ endpointId: off }, 1)
  await expect(room.begin({}, 1)).rejects.toMatchObject({ code: 'too_many_recoveries' })
  await room.step(recovery, 10)
  expect((await recoveryEnds(database.db, room.tenantId, [recovery.id])).get(recovery.id)).toEqual({
    done: 0,
    failed: 0,
    held: 3,
  })
  expect(await room.recovery(recovery.id)).toMatchObject({ status: 'running', restarted: 3 })
  expect(await room.begin({}, 1)).toMatchObject({ status: 'running' })
})

test('when all it set going has ended it is finished, and says so once', async () => {
  const failed = await room.failed(3)
  const recovery = await room.begin()
  await room.step(recovery, 10)
  await room.settle(failed[0]!, 'delivered')
  await room.settle(failed[1]!, 'failed')
  await room.step(recovery, 10)
  expect(await notices()).toEqual([])

  await cancel(database.db, room.tenantId, failed[2]!)
  await Promise.all(Array.from({ length: 5 }, () => room.step(recovery, 10)))
  await room.step(recovery, 10)
  const finished = await room.recovery(recovery.id)
  expect(finished.status).toBe('finished')
  expect(finished.finishedAt).toBeInstanceOf(Date)
  expect(await notices()).toEqual([
    {
      type: 'recovery.finished',
      data: { tenantId: room.tenantId, recoveryId: recovery.id, matched: 3, done: 1, failed: 2 },
    },
  ])
})

/** As another process has its own. */
const createTestConnection = () => openDatabase({ url: database.url, poolSize: 2, onError() {} })
