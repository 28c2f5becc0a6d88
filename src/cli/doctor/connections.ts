/** Whether Postgres has room for the processes that are to come. */
import type pg from 'pg'
import { type Finding, findingsOf } from './finding.ts'

/** What one process with all roles takes, and a little. */
const OF_A_PROCESS = 24

export async function checkConnections(client: pg.Client): Promise<Finding> {
  const { ok, warning } = findingsOf('connections')
  const { rows } = await client.query<{ most: number; used: number }>(
    `select current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int as most,
            (select count(*)::int from pg_stat_activity where backend_type = 'client backend') as used`,
  )
  const { most, used } = rows[0]!
  const says = `${used} of ${most} connections are in use.`
  if (most - used >= OF_A_PROCESS) return ok(says)
  return warning(
    `${says} One more process takes up to ${OF_A_PROCESS}.`,
    'Raise max_connections, run fewer processes, or put a pooler before Postgres.',
  )
}
