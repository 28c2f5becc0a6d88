/** A streaming replica for lists and statistics: what docs/postgres.md says of it. */
import { expect, onTestFinished, test } from 'vitest'
import { startReady } from '../chaos/member.ts'
import { createHost } from '../e2e/host.ts'
import type { Accepted, Delivery, Page } from '../setup/api.ts'
import { testVariables } from '../setup/environment.ts'
import { startReplicatedPostgres, type TestServer } from '../setup/replicated-postgres.ts'
import { until } from '../setup/until.ts'
import { TEST_WITHIN_MS } from './site.ts'
import { startWitness } from './witness.ts'

test('lists and statistics are asked of the replica; late, away or back, every request is answered', {
  timeout: TEST_WITHIN_MS,
}, async () => {
  const { primary, replica, stop } = await startReplicatedPostgres()
  onTestFinished(stop)
  const ringback = await startReady({
    ...testVariables(),
    DATABASE_URL: primary.url,
    RINGBACK_DATABASE_READ_URL: replica.url,
  })
  onTestFinished(async () => void (await ringback.kill('SIGKILL', true)))
  const { api } = ringback
  const host = await createHost(api)
  const witness = await startWitness({ status: 204 })
  await host.register(witness.url)
  const path = `/v1/tenants/${host.tenant}`
  const list = async () => (await api<Page<Delivery>>('GET', `${path}/deliveries`)).data
  const listed = async () => (await list()).map(({ eventId }) => eventId)
  const emit = () => api<Accepted>('POST', `${path}/events`, { type: 'replica.asked', data: {} })
  const untilListed = ({ id }: Accepted) =>
    until(listed, (ids) => ids.includes(id), `${id} to be listed`, 40_000)
  const untilAsked = () =>
    until(
      async () => (await list()) && (await askedOf(replica)),
      // A page of deliveries comes with their last attempts.
      (asked) => asked.some((query) => query.includes('"ringback"."attempts"')),
      'the replica to be asked',
      40_000,
    )

  await untilListed(await emit())
  await untilAsked()
  await api('GET', `${path}/stats?window=1h`)
  expect(await askedOf(primary)).toEqual([])

  // It falls behind without end; once that is too much, the primary is asked.
  await replica.query('select pg_wal_replay_pause()')
  const late = await emit()
  expect(await api('GET', `${path}/events/${late.id}`)).toMatchObject({ id: late.id })
  await untilListed(late)

  await replica.query('select pg_wal_replay_resume()')
  await untilAsked()
  await replica.kill()
  await untilListed(await emit())
  expect((await fetch(new URL('readyz', ringback.url))).status).toBe(200)

  await replica.start()
  await untilAsked()
  await untilListed(await emit())
})

/** The last questions of those connections that are for reading alone. */
async function askedOf(server: TestServer): Promise<string[]> {
  const rows = await server.query<{ query: string }>(
    `select query from pg_stat_activity where application_name = 'ringback read'`,
  )
  return rows.map(({ query }) => query)
}
