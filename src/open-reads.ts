/** Where the API reads its lists and sums: a replica, if there is one. */
import type { Clock } from './clock.ts'
import type { Closing } from './closing.ts'
import { type Db, openDatabase } from './db/open.ts'
import { type Read, readFromPrimary, readFromReplica } from './db/replica.ts'
import type { Log } from './telemetry/log.ts'
import type { Metrics } from './telemetry/metrics.ts'

/** People who look, and dashboards that look again. */
const POOL_SIZE = 8

/** What reading is opened with. */
export interface OpenReadsNeeds {
  /** Of the replica. */
  url: string | undefined
  primary: Db
  clock: Clock
  log: Log
  closing: Closing
  metrics: Metrics
}

/** A replica that is away does not hinder the start. */
export function openReads({ url, primary, clock, log, closing, metrics }: OpenReadsNeeds): Read {
  if (url === undefined) return readFromPrimary(primary)
  const replica = openDatabase({
    url,
    poolSize: POOL_SIZE,
    name: 'ringback read',
    // A replica that is full is no better than one that is away: the primary is asked.
    patient: false,
    // Whoever reads hears of a connection that breaks.
    onError: () => {},
  })
  closing.add('replica', () => replica.close())
  metrics.pools.watchPostgres('read', () => replica.use())
  return readFromReplica({
    primary,
    replica: replica.db,
    clock,
    onChange(isAsked, why) {
      if (isAsked) log.info({}, 'Lists are read from the replica.')
      else log.warn({ err: why }, 'Lists are read from the primary: the replica is not as it should be.')
    },
  })
}
