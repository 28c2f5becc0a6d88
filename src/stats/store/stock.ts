/** How the whole installation stands at this moment, for the metrics. */
import { sql } from 'drizzle-orm'
import type { Db } from '../../db/open.ts'
import { WAITING_STATUSES } from '../../deliveries/delivery.ts'
import type { Stock } from '../../telemetry/stock-meter.ts'

type WaitingRow = {
  status: (typeof WAITING_STATUSES)[number]
  why: string | null
  n: number
  overdue: number
}
type EndpointRow = { status: string; n: number; open: number }

/** Counts over all tenants, the operator's own with them. Its cost is that of what waits, not of what there ever was. */
export async function takeStock(db: Db): Promise<Omit<Stock, 'queue' | 'partitionsAheadSeconds'>> {
  const [waiting, endpoints, others] = await Promise.all([
    db.execute<WaitingRow>(sql`
      select status, waiting_for as why, count(*)::float8 as n,
        coalesce(extract(epoch from now() - min(due_at)), 0)::float8 as overdue
      from ringback.deliveries
      where status in (${sql.raw(WAITING_STATUSES.map((status) => `'${status}'`).join(', '))})
      group by status, waiting_for`),
    db.execute<EndpointRow>(sql`
      select status, count(*)::float8 as n,
        count(*) filter (where circuit_opened_at is not null and status in ('active', 'failing'))::float8 as open
      from ringback.endpoints group by status`),
    db.execute<{ recoveries: number; notices: number }>(sql`
      select
        (select count(*)::float8 from ringback.recoveries where status = 'running') as recoveries,
        (select count(*)::float8 from ringback.notices) as notices`),
  ])
  const live = waiting.rows.filter(({ status }) => status !== 'held')
  const liveOf = (status: string) => sum(live.filter((row) => row.status === status))
  const heldFor = (why: string) => sum(waiting.rows.filter((row) => row.why === why))
  const endpointsOf = (status: string) => sum(endpoints.rows.filter((row) => row.status === status))
  return {
    waiting: { pending: liveOf('pending'), retrying: liveOf('retrying') },
    held: { paused: heldFor('paused'), disabled: heldFor('disabled'), circuit: heldFor('circuit') },
    overdueSeconds: Math.max(0, ...live.map(({ overdue }) => overdue)),
    endpoints: {
      active: endpointsOf('active'),
      failing: endpointsOf('failing'),
      paused: endpointsOf('paused'),
      disabled: endpointsOf('disabled'),
    },
    openCircuits: endpoints.rows.reduce((total, { open }) => total + open, 0),
    runningRecoveries: others.rows[0]!.recoveries,
    waitingNotices: others.rows[0]!.notices,
  }
}

const sum = (rows: readonly { n: number }[]) => rows.reduce((total, { n }) => total + n, 0)
