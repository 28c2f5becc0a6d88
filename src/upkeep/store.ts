import { sql } from 'drizzle-orm'
import type { Db } from '../db/open.ts'
import { SECOND } from '../duration.ts'

/**
 * Takes or renews a lease, by Postgres' clock.
 * @returns whether it is ours for `ttlMs` from now
 */
export async function takeLease(db: Db, name: string, holder: string, ttlMs: number): Promise<boolean> {
  const { rowCount } = await db.execute(sql`
    insert into ringback.leases as lease (name, holder, expires_at)
    values (${name}, ${holder}, now() + ${ttlMs / SECOND} * interval '1 second')
    on conflict (name) do update set holder = excluded.holder, expires_at = excluded.expires_at
    where lease.holder = excluded.holder or lease.expires_at <= now()`)
  return rowCount === 1
}

/** Gives a lease back before its time, so that another process need not wait for it. */
export async function giveLeaseBack(db: Db, name: string, holder: string): Promise<void> {
  await db.execute(sql`delete from ringback.leases where name = ${name} and holder = ${holder}`)
}
