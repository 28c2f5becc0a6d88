/** Redis is killed with all that waits in it, and comes back with nothing. */
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { openQueue } from '../../../src/queue/open.ts'
import { silentLog } from '../../../src/telemetry/log.ts'
import { until } from '../../setup/until.ts'
import type { Emitted } from '../client.ts'
import { type Case, openStage, watch } from './case.ts'

const ENDPOINTS = 20
/** Within the horizon, so that its alarm lies in Redis; longer than it takes to bring all of them there. */
const RETRY_AFTER_SECONDS = 50

export const redisWiped: Case = {
  shows: 'Redis, which keeps nothing, is killed with first tries and retries waiting in it, half and half.',
  backends: ['redis'],
  defaults: { events: 10_000, kills: 1, rate: 500 },
  async run(scene) {
    const { options, progress, closing } = scene
    const stage = await openStage(scene)
    const { installation } = stage
    const half = Math.ceil(options.events / 2)
    const retried = await stage.receive('retried', {
      endpoints: ENDPOINTS,
      refuseEvery: 1,
      retrySeconds: [RETRY_AFTER_SECONDS, 5, 5, 5],
    })
    const fresh = await stage.receive('fresh', { endpoints: ENDPOINTS })
    const accepted: Emitted[] = []
    const watching = watch(
      scene,
      () => `accepted ${accepted.length}, refused once ${retried.met}, taken ${retried.taken + fresh.taken}`,
    )
    const onAccepted = (one: Emitted) => void accepted.push(one)
    const { rate } = options

    progress.say(`Emitting ${half} events that are refused at first.`)
    await stage.emit('retried', ENDPOINTS, { events: half, rate, onAccepted })
    await until(
      () => retried.met,
      (met) => met >= half,
      'all to be refused once',
      RETRY_AFTER_SECONDS * 1_000,
    )
    await pause(500)
    progress.say(`Stopping the workers; emitting ${options.events - half} more, which nobody takes.`)
    await Promise.all(installation.workers.map((worker) => worker.down('SIGTERM')))
    await stage.emit('fresh', ENDPOINTS, {
      events: options.events - half,
      from: half,
      rate: 2_000,
      onAccepted,
    })

    const database = new pg.Client({ connectionString: installation.databaseUrl })
    await database.connect()
    closing.add('database', () => database.end())
    const inQueue = await jobsIn(installation.redis!.url)
    await database.query(`create table public.waited as
      select id, wake_at, due_at from ringback.deliveries where status in ('pending', 'retrying')`)
    await database.query('create unique index on public.waited (id)')
    const { waited } = await one<{ waited: number }>(
      database,
      'select count(*)::int as waited from public.waited',
    )
    progress.say(
      `${inQueue.waiting} jobs wait in Redis and ${inQueue.delayed} are delayed; killing it. Back in a second.`,
    )
    await installation.redis!.crash(1_000)
    const back = await one<{ at: Date }>(database, 'select clock_timestamp() as at')
    await Promise.all(installation.workers.map((worker) => worker.up()))
    const ready = await one<{ at: Date }>(database, 'select clock_timestamp() as at')
    progress.say('Redis and the workers are back.')

    // Whatever is queued again, or tried, has another `wake_at` than before.
    let longest = 0
    let longestFromReady = 0
    for (;;) {
      const { left, late, late_from_ready } = await one<{
        left: number
        late: number | null
        late_from_ready: number | null
      }>(
        database,
        `select count(*)::int as left,
           max(extract(epoch from clock_timestamp() - greatest($1::timestamptz, w.due_at))) filter (where w.due_at <= now())::float8 as late,
           max(extract(epoch from clock_timestamp() - greatest($2::timestamptz, w.due_at))) filter (where w.due_at <= now())::float8 as late_from_ready
         from public.waited w join ringback.deliveries d using (id) where d.wake_at = w.wake_at`,
        [back.at, ready.at],
      )
      longest = Math.max(longest, late ?? 0)
      longestFromReady = Math.max(longestFromReady, late_from_ready ?? 0)
      if (left === 0 || longest > 180) break
      await pause(100)
    }
    const deliveries = await stage.rest(() => retried.taken + fresh.taken >= accepted.length)
    watching.end()
    return {
      accepted,
      deliveries,
      lines: [...(await retried.lines()), ...(await fresh.lines())],
      figures: [
        { key: 'waited', says: 'deliveries that waited when Redis was killed', value: waited, unit: '' },
        { key: 'jobsWaiting', says: 'of them, jobs that waited in Redis', value: inQueue.waiting, unit: '' },
        { key: 'jobsDelayed', says: 'of them, delayed jobs: retries', value: inQueue.delayed, unit: '' },
        {
          key: 'queuedAgainSeconds',
          says: 'until the last was queued again, from when it was due and Redis back',
          value: longest,
          unit: 's',
          atMost: 60,
        },
        {
          key: 'queuedAgainSecondsFromWorkers',
          says: 'the same, from when the workers were back too',
          value: longestFromReady,
          unit: 's',
        },
      ],
    }
  },
}

async function one<T extends pg.QueryResultRow>(
  database: pg.Client,
  text: string,
  values: unknown[] = [],
): Promise<T> {
  const { rows } = await database.query<T>(text, values)
  return rows[0]!
}

async function jobsIn(redisUrl: string) {
  const queue = await openQueue({ redisUrl }, silentLog)
  try {
    const [first, again] = await Promise.all([queue.counts('deliver'), queue.counts('redeliver')])
    return { waiting: first.waiting + again.waiting, delayed: first.delayed + again.delayed }
  } finally {
    await queue.close()
  }
}
