/** The demo's story: start, register, emit, wait, retry by hand, check, stop. */
import { inspect } from 'node:util'
import type { Closing } from '../../src/closing.ts'
import { type Accepted, type Delivery, type Endpoint, listAll } from '../setup/api.ts'
import { until } from '../setup/until.ts'
import { type EventType, type Example, readCatalogue } from './catalogue.ts'
import { checkAll } from './check.ts'
import { DATA_DIR, type Installation, install, removeData, uninstall } from './installation.ts'
import { type Player, startPlayers } from './receivers.ts'
import { summary } from './table.ts'
import type { Ui } from './ui.ts'

/** The one tenant. */
const TENANT = '/v1/tenants/github'

/** Few at once: the first event of a kind waits for its schema to be compiled, and a rush would measure nothing else. */
const AT_ONCE = 2

/** A busy machine takes its time, and an endpoint whose circuit opened is probed at growing intervals. */
const END_WITHIN_MS = 180_000

/** An example, and the event that it became. */
export interface Emitted extends Example {
  event: Accepted
}

/**
 * Runs the demo.
 * @param closing told what must end with it, however it ends
 * @param interrupted makes it fail soon
 * @param whenDone what is done before it stops; with it the data goes too, without it can be looked into afterwards
 * @returns what did not end as told; nothing when all is well
 */
export async function run(
  ui: Ui,
  closing: Closing,
  interrupted: AbortSignal,
  whenDone?: (installation: Installation) => Promise<void>,
): Promise<string[]> {
  const players = await startPlayers()
  closing.add('receivers', async () => {
    for (const player of players) await player.receiver.close()
  })

  if (whenDone) closing.add('data', removeData)
  const starting = ui.step(`Starting Ringback on an embedded Postgres in ${DATA_DIR}`)
  const installation = await install(interrupted)
  closing.add('ringback', async () => void (await uninstall(installation)))
  const { types, examples } = await readCatalogue()
  await installation.process.waitReady()
  starting.done(`Ringback is ready at ${installation.process.url}, with an embedded Postgres in ${DATA_DIR}`)

  try {
    await register(ui, installation, players, types)
    const emitted = await emit(ui, installation, examples)
    await comeToRest(ui, installation, 'Delivering')
    await retryByHand(ui, installation, players)

    const deliveries = await listAll<Delivery>(installation.api, `${TENANT}/deliveries`)
    const faults = await checkAll({ players, emitted, deliveries, endpoint: endpointReader(installation) })
    ui.note('What became of it', [
      ...summary(players, emitted, deliveries),
      'p50, p99: from acceptance to the arrival of the request that was taken, waiting between retries included',
    ])
    if (!whenDone) ui.note('Look further', furtherCommands(installation, deliveries))
    await whenDone?.(installation)
    const stopping = ui.step('Stopping')
    faults.push(...(await uninstall(installation)))
    stopping.done(`Everything is stopped; the data is ${whenDone ? 'removed' : 'kept'}`)
    return faults
  } catch (error) {
    return [inspect(error), `The end of Ringback's log:\n${installation.process.output().slice(-4_000)}`]
  }
}

async function register(
  ui: Ui,
  { api }: Installation,
  players: readonly Player[],
  types: readonly EventType[],
) {
  const bar = ui.bar(`Registering ${types.length} kinds of events`, types.length)
  await api('PUT', TENANT, { name: 'GitHub' })
  await inParallel(types, async ({ name, ...entry }) => {
    await api('PUT', `/v1/event-types/${name}`, entry)
    bar.advance()
  })
  const enforced = types.filter(({ schemaMode }) => schemaMode === 'enforce').length
  bar.done(
    `${types.length} kinds of events of GitHub's registered: ${enforced} schemas enforced, ` +
      `${types.length - enforced} only warned of (GitHub's own examples break them)`,
  )

  for (const player of players)
    player.endpoint = await api<Endpoint>('POST', `${TENANT}/endpoints`, {
      url: player.receiver.url,
      description: `${player.name}: ${player.story}`,
      subscriptions: [{ eventTypes: player.wants }],
      retry: { kind: 'schedule', delaysSeconds: player.delaysSeconds, jitter: 0 },
    })
  ui.list(
    `${players.length} endpoints registered on loopback (RINGBACK_EGRESS_ALLOW and RINGBACK_REQUIRE_HTTPS are set for it)`,
    players.map(({ name, story }) => `${name.padEnd(16)}  ${story}`),
  )
}

async function emit(ui: Ui, { api }: Installation, examples: readonly Example[]): Promise<Emitted[]> {
  const bar = ui.bar(`Emitting ${examples.length} example payloads`, examples.length)
  const emitted = await inParallel(examples, async (example) => {
    const event = await api<Accepted>('POST', `${TENANT}/events`, example)
    bar.advance()
    return { ...example, event }
  })
  bar.done(`${emitted.length} events accepted`)
  return emitted
}

/** Until every delivery is final, or held for an endpoint that is off. One that is held by a circuit goes on by itself. */
async function comeToRest(ui: Ui, { api }: Installation, what: string): Promise<Delivery[]> {
  const atRest = (deliveries: readonly Delivery[]) =>
    deliveries.filter(
      ({ status, waitingFor }) =>
        ['delivered', 'failed', 'canceled'].includes(status) || waitingFor === 'disabled',
    ).length
  const first = await listAll<Delivery>(api, `${TENANT}/deliveries`)
  const bar = ui.bar(what, first.length)
  const last = await until(
    async () => {
      const deliveries = await listAll<Delivery>(api, `${TENANT}/deliveries`)
      bar.reach(atRest(deliveries))
      return deliveries
    },
    (deliveries) => atRest(deliveries) === deliveries.length,
    'all deliveries to end',
    END_WITHIN_MS,
  )
  bar.done(`${last.length} deliveries: ${countByStatus(last)}`)
  return last
}

async function retryByHand(ui: Ui, installation: Installation, players: readonly Player[]): Promise<void> {
  const { api } = installation
  const failed = await listAll<Delivery>(api, `${TENANT}/deliveries?status=failed`)
  for (const player of players) if (player.down) await player.receiver.open()
  await inParallel(failed, ({ id }) => api('POST', `${TENANT}/deliveries/${id}/retry`))
  await comeToRest(ui, installation, `Up again: retrying ${failed.length} by hand`)
}

const endpointReader =
  ({ api }: Installation) =>
  (id: string) =>
    api<Endpoint>('GET', `${TENANT}/endpoints/${id}`)

function countByStatus(deliveries: readonly Delivery[]): string {
  const counts = new Map<string, number>()
  for (const { status } of deliveries) counts.set(status, (counts.get(status) ?? 0) + 1)
  return [...counts].map(([status, count]) => `${count} ${status}`).join(', ')
}

function furtherCommands({ key }: Installation, deliveries: readonly Delivery[]): string[] {
  const retried = deliveries.reduce((one, other) => (other.attemptCount > one.attemptCount ? other : one))
  const look = (path: string) => `curl -s -H 'Authorization: Bearer ${key}' 'http://127.0.0.1:4600${path}'`
  return [
    '# start it again on the same data, in another terminal',
    `RINGBACK_DATA_DIR=${DATA_DIR} npm start`,
    '# the endpoints, what is held, and every attempt of a delivery that was retried by hand',
    look(`${TENANT}/endpoints`),
    look(`${TENANT}/deliveries?status=held`),
    look(`${TENANT}/deliveries/${retried.id}/attempts`),
  ]
}

/** Runs a step for each item, a few at once; results in the order of the items. */
async function inParallel<T, R>(items: readonly T[], step: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  const queue = items.entries()
  const lane = async () => {
    for (const [index, item] of queue) results[index] = await step(item)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
  return results
}
