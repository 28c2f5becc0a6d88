/** A backlog of the size that the promise names, made within Postgres. */
import type { Database } from '../../src/db/open.ts'
import { firstIdAt, type IdKind } from '../../src/ids.ts'

/** A million deliveries. */
export const DELIVERIES = 1_000_000
/** Of a thousand endpoints. */
export const ENDPOINTS = 1_000
/** And as many that ended, which the sweeper must not meet. */
export const ENDED = 1_000_000

/** The digits of time of an id made now; what follows them may be any sixteen digits. */
const stem = (kind: IdKind) => firstIdAt(kind, Date.now()).slice(0, -16)

/**
 * Makes it anew.
 * @param dueIn how far off the first of them is, as Postgres writes intervals; they spread over the hour after it
 */
export async function fillBacklog({ pool }: Database, { dueIn }: { dueIn: string }): Promise<void> {
  await pool.query('truncate ringback.tenants, ringback.deliveries cascade')
  await pool.query(`insert into ringback.tenants (id) values ('acme')`)
  await pool.query(`
    insert into ringback.endpoints (id, tenant_id, url)
    select '${stem('endpoint')}' || lpad(n::text, 16, '0'), 'acme', 'https://receiver.example/'
    from generate_series(0, ${ENDPOINTS - 1}) n`)
  await pool.query(`
    insert into ringback.deliveries
      (id, tenant_id, event_id, event_type, endpoint_id, status, trigger, due_at, wake_at, completed_at, attempt_count)
    select '${stem('delivery')}' || lpad(n::text, 16, '0'), 'acme', '${stem('event')}' || lpad(n::text, 16, '0'), 'order.paid',
      '${stem('endpoint')}' || lpad((n % ${ENDPOINTS})::text, 16, '0'),
      case when waits then 'retrying' else 'delivered' end, 'automatic',
      case when waits then due end, case when waits then due end, case when waits then null else now() end, 1
    from generate_series(0, ${DELIVERIES + ENDED - 1}) n,
      lateral (select now() + interval '${dueIn}' + random() * interval '1 hour' as due, n < ${DELIVERIES} as waits) as made`)
  await pool.query('vacuum analyze ringback.deliveries')
  await pool.query('checkpoint')
}
