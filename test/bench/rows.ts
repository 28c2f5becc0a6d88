/** Rows by the hundred thousand, made within Postgres: over HTTP it would take minutes. */
import type pg from 'pg'
import { firstIdAt, type IdKind } from '../../src/ids.ts'
import { DATA_TEXT } from './payload.ts'

/** What is made: an event and its delivery, so many times. */
export interface WantedRows {
  count: number
  tenant: string
  /** The deliveries go round them. */
  endpointIds: readonly string[]
  /** The type of each event; `<group>.<i>` is what the endpoints of a group want. */
  group: string
  /** Where the deliveries stand, in SQL: the values of these columns, which may name the number `n`. */
  status: string
  waitingFor?: string
  attemptCount?: number
  dueAt?: string
  wakeAt?: string
  completedAt?: string
  /** An attempt of each too, which succeeded. */
  attempts?: boolean
  onProgress?: (made: number) => void
}

/** One statement's worth. */
const AT_ONCE = 50_000

/** The digits of time of an id; what follows them may be any sixteen digits. */
const stemAt = (kind: IdKind, at: number) => firstIdAt(kind, at).slice(0, -16)

let lastStem = 0

/** A moment of its own for each fill, so that no two share an id. */
function nextMoment(): number {
  lastStem = Math.max(Date.now(), lastStem + 1)
  return lastStem
}

/** @returns when the rows say that they were made */
export async function fillRows(pool: pg.Pool, wanted: WantedRows): Promise<Date> {
  const { count, tenant, endpointIds, group, status } = wanted
  const at = nextMoment()
  const event = `'${stemAt('event', at)}' || lpad(n::text, 16, '0')`
  const delivery = `'${stemAt('delivery', at)}' || lpad(n::text, 16, '0')`
  const endpoint = `($1::text[])[1 + n % ${endpointIds.length}]`
  const type = `'${group}.' || (n % ${endpointIds.length})`
  for (let from = 0; from < count; from += AT_ONCE) {
    const series = `generate_series(${from}, ${Math.min(count, from + AT_ONCE) - 1}) n`
    await pool.query(
      `insert into ringback.events (id, tenant_id, type, metadata, body, delivery_count)
       select ${event}, $2, 'filled', '{}', convert_to('{"type":"filled","timestamp":"2026-01-01T00:00:00.000Z","data":' || $1 || '}', 'UTF8'), 1
       from ${series}`,
      [DATA_TEXT, tenant],
    )
    await pool.query(
      `insert into ringback.deliveries
         (id, tenant_id, event_id, event_type, endpoint_id, status, waiting_for, trigger, attempt_count, due_at, wake_at, completed_at)
       select ${delivery}, $2, ${event}, ${type}, ${endpoint}, ${status}, ${wanted.waitingFor ?? 'null'}, 'automatic',
         ${wanted.attemptCount ?? 0}, ${wanted.dueAt ?? 'null'}, ${wanted.wakeAt ?? 'null'}, ${wanted.completedAt ?? 'null'}
       from ${series}`,
      [endpointIds, tenant],
    )
    if (wanted.attempts) await fillAttempts(pool, wanted, at, series)
    wanted.onProgress?.(Math.min(count, from + AT_ONCE))
  }
  await pool.query('analyze ringback.deliveries')
  await pool.query('analyze ringback.events')
  return new Date(at)
}

async function fillAttempts(pool: pg.Pool, { tenant, endpointIds }: WantedRows, at: number, series: string) {
  const id = (kind: IdKind) => `'${stemAt(kind, at)}' || lpad(n::text, 16, '0')`
  await pool.query(
    `insert into ringback.attempts
       (id, tenant_id, delivery_id, endpoint_id, number, trigger, duration_ms, succeeded, request_url, request_headers,
        response_status, response_headers, response_body, timings)
     select ${id('attempt')}, $2, ${id('delivery')}, ($1::text[])[1 + n % ${endpointIds.length}], 1, 'automatic', 5, true,
       'http://127.0.0.1/', '{"content-type":"application/json"}', 204, '{}', '', '{}'
     from ${series}`,
    [endpointIds, tenant],
  )
}
