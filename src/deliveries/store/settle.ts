import { type SQL, sql } from 'drizzle-orm'
import { givenRows } from '../../db/given-rows.ts'
import type { Db } from '../../db/open.ts'
import { NOTHING, run, type Statement } from '../../db/statement.ts'
import type { Id } from '../../ids.ts'
import { remembered } from '../../remembered.ts'
import type { Answer, DeliveryStatus } from '../delivery.ts'
import { wakeAfter } from './times.ts'
import { WAITING } from './waiting.ts'

/** What an attempt did to its delivery. */
export interface Settlement {
  id: Id<'delivery'>
  /** The attempt's number: the fence. */
  number: number
  status: 'delivered' | 'retrying' | 'failed'
  /** What the receiver said. */
  answer: Answer
  /** Until the next attempt; with `retrying` alone. */
  dueInMs: number | null
  /** With `failed` alone. */
  reason: string | null
  /** When the schedule began that it belongs to; left out: it is the present one. */
  roundAt?: Date
}

/** One that a recovery made, or that had no attempt before, begins at 0 like any other. */
const ASKED_FOR = sql.raw(`(d.round_start > 0 or d.recovery_id is not null or d.trigger = 'manual')`)

/** Deliveries `d` of whose success nobody is told. */
export const NOT_ASKED_FOR = sql`not ${ASKED_FOR}`

/** How a settled delivery stands. */
export type SettledDelivery = {
  status: DeliveryStatus
  /** Whether somebody asked for its present schedule, by hand or with a recovery. */
  askedFor: boolean
  /** Whether it had failed already, while the attempt was made: held for too long. */
  failedBefore: boolean
}

const MADE = givenRows<Settlement>('made', {
  id: ['text', ({ id }) => id],
  number: ['int', ({ number }) => number],
  new_status: ['text', ({ status }) => status],
  answer: ['text', ({ answer }) => answer],
  due_in_ms: ['float8', ({ dueInMs }) => dueInMs],
  reason: ['text', ({ reason }) => reason],
  round_at: ['timestamptz', ({ roundAt }) => roundAt?.toISOString() ?? null],
})

const ALL = sql`true`

const settling = remembered((only: SQL) =>
  remembered(
    (along: SQL) => sql`
  with result as (
    select id, number, new_status, answer, reason, now() + due_in_ms * interval '1 millisecond' as next_due, round_at
    from ${MADE.table}
  ), standing as (
    select r.*, d.status as old_status,
      coalesce(d.status in (${WAITING}) and d.round_at <> r.round_at and r.new_status <> 'delivered', false) as renewed
    from result r join ringback.deliveries d on d.id = r.id and d.attempt_count = r.number - 1 and ${only}
    order by d.id
    for update of d
  ), decided as (
    select *, case
        when old_status = 'canceled' then 'canceled'
        when old_status = 'failed' and new_status <> 'delivered' then 'failed'
        when renewed then old_status
        when old_status = 'held' and new_status = 'retrying' then 'held'
        else new_status
      end as status
    from standing
  ), settled as (
    update ringback.deliveries d set
      attempt_count = decided.number,
      last_answer = decided.answer,
      round_start = case when renewed then decided.number else d.round_start end,
      status = decided.status,
      -- Whoever asked for this attempt did not ask for the next one; the policy does.
      trigger = case when decided.status = 'retrying' and d.trigger <> 'test' and not renewed then 'automatic' else d.trigger end,
      reason = case when d.status = decided.status then d.reason else decided.reason end,
      due_at = case when renewed then d.due_at when decided.status in (${WAITING}) then decided.next_due end,
      wake_at = case
        when decided.status = 'held' then null
        when renewed then now()
        when decided.status = 'retrying' then ${wakeAfter(sql.raw('decided.next_due'))}
      end,
      shared_alarm = null,
      waiting_for = case when decided.status = 'held' then d.waiting_for end,
      completed_at = case when decided.status in (${WAITING}) then null when d.status = decided.status then d.completed_at else now() end
    from decided
    where d.id = decided.id
    returning d.id, decided.number, d.status, decided.old_status = 'failed' as "failedBefore",
      ${ASKED_FOR} as "askedFor"
  ), along as (${along})
  select id, status, "failedBefore", "askedFor" from settled`,
  ),
)

/**
 * Writes what attempts did. A settlement whose number is not the next one comes too late and changes nothing. One for a
 * delivery that was canceled meanwhile only counts the attempt, and so does a failure of one that ended as held for too
 * long; one for a delivery that is held stays held, unless it succeeded. A failure of a delivery that was retried meanwhile
 * is of its former schedule: the fresh one begins after it.
 * @param along a statement that is to go with this one; it may read the table `settled`, with the `id` and the `number` of each
 * @param only which of the deliveries `d` may be settled; all unless told
 * @returns the deliveries settled, as they stand now
 */
export async function settleDeliveries(
  db: Db,
  settlements: readonly Settlement[],
  { along = NOTHING, only = ALL }: { along?: Statement; only?: SQL | undefined } = {},
): Promise<Map<Id<'delivery'>, SettledDelivery>> {
  const rows = await run<SettledDelivery & { id: Id<'delivery'> }>(db, {
    text: settling(only)(along.text),
    values: { ...MADE.values(settlements), ...along.values },
  })
  return new Map(rows.map(({ id, ...settled }) => [id, settled]))
}
