/**
 * `npm run bench:sweep`: what the sweeper costs over a million waiting deliveries of a thousand endpoints, and how many of
 * them it lets into the queue. Writes `docs/sweeping.md`.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../src/clock.ts'
import { startEmbeddedPostgres } from '../../src/db/embedded/index.ts'
import { migrate } from '../../src/db/migrate.ts'
import { type Db, openDatabase } from '../../src/db/open.ts'
import { SHARE } from '../../src/deliveries/shares.ts'
import {
  anyUnalarmed,
  failHeldTooLong,
  takeProbes,
  takeUnalarmed,
  waitingEndpoints,
} from '../../src/deliveries/store.ts'
import { packageFolder } from '../../src/package.ts'
import type { Job } from '../../src/queue/catalogue.ts'
import { runningRecoveries } from '../../src/recoveries/store.ts'
import { sweep } from '../../src/upkeep/sweep.ts'
import { removeDataDir } from '../setup/postgres.ts'
import { hasRedis } from '../setup/redis.ts'
import { DELIVERIES, ENDED, ENDPOINTS, fillBacklog } from './backlog.ts'
import { milliseconds, percentile } from './figures.ts'
import { fillHeld } from './held.ts'
import { planOf } from './plans.ts'
import { type Held, pageOf, type Swept } from './sweeping-page.ts'
import { measureWindow } from './window.ts'

/** As the sweeper asks. */
const ENDPOINTS_AT_ONCE = 20

const progress = (text: string) => process.stderr.write(`${text}\n`)

/** The plans and the times of one state of the backlog. */
async function measureSweep(db: Db): Promise<Swept> {
  const endpoints = await waitingEndpoints(db, null, ENDPOINTS_AT_ONCE)
  const feedings = endpoints.map(({ endpointId }) => ({ endpointId, most: SHARE }))
  const plans = {
    anyUnalarmed: await planOf(db, (explained) => anyUnalarmed(explained)),
    waitingEndpoints: await planOf(db, (explained) => waitingEndpoints(explained, null, ENDPOINTS_AT_ONCE)),
    takeUnalarmed: await planOf(db, (explained) => takeUnalarmed(explained, feedings, SHARE)),
  }
  const looks: number[] = []
  for (let i = 0; i < 200; i++) looks.push(await timeOf(() => anyUnalarmed(db)))

  // A queue that is empty each time: a turn then feeds as much as it ever does.
  const fed: number[] = []
  const take = async (jobs: readonly Job[]) => void fed.push(jobs.flatMap(deliveriesOf).length)
  const queue = {
    add: take,
    hurry: take,
    counts: async () => EMPTY,
    present: async () => new Set<string>(),
  }
  const duty = sweep({ db, queue, clock: systemClock })
  const turns: number[] = []
  for (let i = 0; i < 5; i++) turns.push(await timeOf(async () => void (await duty.run())))
  return {
    plans,
    lookMs: percentile(looks, 0.5),
    turnMs: turns,
    fedPerTurn: fed.reduce((sum, part) => sum + part, 0) / turns.length,
  }
}

/** The plans of what is asked of held deliveries, and of the recoveries that run. */
const measureHeld = async (db: Db): Promise<Held> => ({
  takeProbes: await planOf(db, (explained) => takeProbes(explained, 100)),
  failHeldTooLong: await planOf(db, (explained) => failHeldTooLong(explained, 30, 1_000)),
  runningRecoveries: await planOf(db, (explained) => runningRecoveries(explained)),
})

const deliveriesOf = ({ data }: Job) => ('deliveryIds' in data ? data.deliveryIds : [data.deliveryId])

const EMPTY = { waiting: 0, active: 0, delayed: 0 }

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const began = milliseconds()
  await work()
  return milliseconds() - began
}

async function main() {
  const parent = await mkdtemp(join(tmpdir(), 'ringback-bench-'))
  const dataDir = join(parent, 'data')
  const postgres = await startEmbeddedPostgres({ dataDir })
  await migrate(postgres.url, systemClock)
  const database = openDatabase({ url: postgres.url, poolSize: 8, onError() {} })
  try {
    progress('Filling in a million deliveries that are due in an hour or later')
    await fillBacklog(database, { dueIn: '1 hour' })
    const idle = await measureSweep(database.db)
    progress('Filling in a million deliveries that are due')
    await fillBacklog(database, { dueIn: '-1 hour' })
    const due = await measureSweep(database.db)
    progress('Filling in a million that are held, and as many that have ended')
    await fillHeld(database, { endpoints: ENDPOINTS, held: DELIVERIES, ended: ENDED, recoveries: 100_000 })
    const held = await measureHeld(database.db)
    if (!hasRedis) throw new Error('There is no redis-server on this machine: the window cannot be measured.')
    progress('Sweeping them into a Redis')
    await fillBacklog(database, { dueIn: '-1 hour' })
    const window = await measureWindow(database.db, progress)
    await writeFile(new URL('docs/sweeping.md', packageFolder), pageOf({ idle, due, held, window }))
    progress('Wrote docs/sweeping.md')
  } finally {
    await database.close()
    await postgres.stop()
    await removeDataDir(dataDir)
    await rm(parent, { recursive: true, force: true })
  }
}

await main()
