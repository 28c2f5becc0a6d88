/** What waits for endpoints that are off, beside a long history, made within Postgres. */
import type { Database } from '../../src/db/open.ts'
import { firstIdAt, type IdKind } from '../../src/ids.ts'

/** How much there is. */
export interface HeldSize {
  /** Half of them with an open circuit that is to be probed now, the others disabled. */
  endpoints: number
  /** Held; a hundredth of what waits for disabled endpoints has waited for too long. */
  held: number
  /** Deliveries that have ended, of the same endpoints and older. */
  ended: number
  /** Recoveries, of which ten run. */
  recoveries: number
}

/** The digits of time of an id made so long ago; what follows them may be any sixteen digits. */
const stem = (kind: IdKind, agoMs = 0) => firstIdAt(kind, Date.now() - agoMs).slice(0, -16)

export async function fillHeld({ pool }: Pick<Database, 'pool'>, size: HeldSize): Promise<void> {
  const { endpoints, held, ended, recoveries } = size
  const endpoint = stem('endpoint')
  await pool.query('truncate ringback.tenants, ringback.deliveries cascade')
  await pool.query(`insert into ringback.tenants (id) values ('acme')`)
  await pool.query(`
    insert into ringback.endpoints (id, tenant_id, url, status, circuit_opened_at, probe_at)
    select '${endpoint}' || lpad(n::text, 16, '0'), 'acme', 'https://receiver.example/',
      case when fails then 'failing' else 'disabled' end, case when fails then now() end, case when fails then now() end
    from generate_series(0, ${endpoints - 1}) n, lateral (select n % 2 = 0 as fails) as made`)
  // The history first, and older: it is what a search for the oldest would meet.
  for (const [count, waits, kind] of [
    [ended, false, stem('delivery', 60_000)],
    [held, true, stem('delivery')],
  ] as const)
    await pool.query(`
      insert into ringback.deliveries
        (id, tenant_id, event_id, event_type, endpoint_id, status, waiting_for, trigger, round_at, due_at, completed_at, attempt_count)
      select '${kind}' || lpad(n::text, 16, '0'), 'acme', '${stem('event')}' || lpad(n::text, 16, '0'), 'order.paid',
        '${endpoint}' || lpad((n % ${endpoints})::text, 16, '0'),
        ${waits ? "'held', case when n % 2 = 0 then 'circuit' else 'disabled' end" : "'delivered', null"}, 'automatic',
        now() - case when n % 200 = 1 then interval '31 days' else interval '1 day' end,
        ${waits ? 'now(), null' : 'null, now()'}, 1
      from generate_series(0, ${count - 1}) n`)
  await pool.query(`
    insert into ringback.recoveries (id, tenant_id, status, statuses, after, before, include_unsent, per_second, matched)
    select '${stem('recovery')}' || lpad(n::text, 16, '0'), 'acme', case when n < 10 then 'running' else 'finished' end,
      '{failed}', now(), now(), false, 50, 0
    from generate_series(0, ${recoveries - 1}) n`)
  await pool.query('vacuum analyze ringback.deliveries, ringback.endpoints, ringback.recoveries')
}
