/**
 * What waits for an endpoint follows its switches: held when it is off, let go on when it is on. The first page in the
 * transaction that switches it; what is left page by page, each a transaction of its own, by a duty. So the endpoint's row,
 * which accepting and settling lock too, for others in their transaction as well, is never locked for long.
 *
 * A page waits for nobody: what others have locked is left for the next one.
 */
import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../../db/open.ts'
import type { Id } from '../../ids.ts'
import { WAITING_FOR, type WaitingFor } from '../delivery.ts'
import { RESUMED, WAITING } from './waiting.ts'

/** Bounds a transaction: some tens of milliseconds. */
const PAGE = 1_000

/** Deliveries `d` that do not stand as their endpoint does. */
interface Unlike {
  those: SQL
  /** As an index has them. */
  order: SQL
}

/** How the deliveries of an endpoint are to stand. */
interface Standing {
  set: SQL
  unlike: readonly Unlike[]
}

const heldFor = (waitingFor: WaitingFor, probe: Id<'delivery'> | null): Standing => ({
  set: sql`status = 'held', waiting_for = ${waitingFor}, wake_at = null`,
  unlike: [
    {
      those: sql`d.status in (${WAITING}) and d.wake_at is not null and d.id is distinct from ${probe}::text`,
      order: sql`d.wake_at`,
    },
    // Held already, for what it was off for before.
    ...WAITING_FOR.filter((other) => other !== waitingFor).map((other) => ({
      those: sql`d.status = 'held' and d.waiting_for = ${other}`,
      order: sql`d.id`,
    })),
  ],
})

const RELEASED: Standing = {
  set: sql`status = ${RESUMED}, waiting_for = null, due_at = least(due_at, now()), wake_at = now()`,
  unlike: [{ those: sql`d.status = 'held'`, order: sql`d.waiting_for, d.id` }],
}

/** Holds what waits for an endpoint, in the transaction that switches it off: a page of it; the duty goes on. */
export async function holdWaiting(
  db: Db,
  tenantId: string,
  endpointId: Id<'endpoint'>,
  waitingFor: WaitingFor,
): Promise<void> {
  await begin(db, { tenantId, endpointId }, heldFor(waitingFor, null))
}

/**
 * Lets go on what is held for an endpoint, in the transaction that switches it on: a page of it; the duty goes on. It is
 * due now, whatever its policy had planned for the time before. The sweeper feeds it to the queue, at the endpoint's pace.
 */
export async function releaseHeld(db: Db, tenantId: string, endpointId: Id<'endpoint'>): Promise<void> {
  await begin(db, { tenantId, endpointId }, RELEASED)
}

/** Whose deliveries. */
interface Of {
  tenantId: string
  endpointId: Id<'endpoint'>
}

async function begin(db: Db, of: Of, standing: Standing): Promise<void> {
  await turnPage(db, of, standing)
  if (await anyUnlike(db, of, standing))
    await db.execute(sql`
      update ringback.endpoints set following_since = coalesce(following_since, now())
      where tenant_id = ${of.tenantId} and id = ${of.endpointId}`)
}

/** A page of what follows an endpoint. */
export interface Followed {
  endpointId: Id<'endpoint'>
  /** How many deliveries. */
  moved: number
}

/**
 * The next page of the next endpoint whose deliveries follow it still, as it stands now: it may have been switched again. In
 * a transaction: nobody switches it meanwhile.
 * @param after the endpoint of the last page; null: from the first
 * @returns undefined: there is none after it
 */
export async function followNext(db: Db, after: Id<'endpoint'> | null): Promise<Followed | undefined> {
  const { rows } = await db.execute<
    Of & { waitingFor: WaitingFor | null; probe: Id<'delivery'> | null } & Record<string, unknown>
  >(sql`
    select tenant_id as "tenantId", id as "endpointId", probe_delivery_id as probe,
      case when status in ('disabled', 'paused') then status when circuit_opened_at is not null then 'circuit' end as "waitingFor"
    from ringback.endpoints
    where following_since is not null and id > ${after ?? ''}
    order by id limit 1
    for no key update`)
  if (!rows[0]) return undefined
  const { waitingFor, probe, ...of } = rows[0]
  const standing = waitingFor ? heldFor(waitingFor, probe) : RELEASED
  const moved = await turnPage(db, of, standing)
  if (!(await anyUnlike(db, of, standing)))
    await db.execute(sql`update ringback.endpoints set following_since = null where id = ${of.endpointId}`)
  return { endpointId: of.endpointId, moved }
}

/** @returns how many deliveries it moved */
async function turnPage(db: Db, of: Of, { set, unlike }: Standing): Promise<number> {
  let moved = 0
  for (const { those, order } of unlike) {
    if (moved === PAGE) break
    const { rowCount } = await db.execute(sql`
      with page as materialized (
        select d.id from ringback.deliveries d where ${isOf(of)} and ${those}
        order by ${order} limit ${PAGE - moved}
        for update skip locked
      )
      update ringback.deliveries d set ${set} from page where d.id = page.id`)
    moved += rowCount ?? 0
  }
  return moved
}

async function anyUnlike(db: Db, of: Of, { unlike }: Standing): Promise<boolean> {
  const each = unlike.map(
    ({ those }) => sql`exists (select from ringback.deliveries d where ${isOf(of)} and ${those})`,
  )
  const { rows } = await db.execute<{ any: boolean }>(sql`select ${sql.join(each, sql` or `)} as any`)
  return rows[0]!.any
}

const isOf = ({ tenantId, endpointId }: Of) =>
  sql`d.tenant_id = ${tenantId} and d.endpoint_id = ${endpointId}`
