/** Whether Postgres keeps what it has committed: a `202` promises no more than it does. */
import type pg from 'pg'
import { type Finding, findingsOf } from './finding.ts'

/** Settings that give up what was committed when the machine goes down. They are asked as the server's role has them. */
const WAITS_FOR_DISK = ['fsync', 'synchronous_commit'] as const

export async function checkDurability(client: pg.Client): Promise<Finding> {
  const { ok, warning } = findingsOf('durability')
  const { rows } = await client.query<{ name: string }>(
    `select name from pg_settings where name = any ($1) and setting = 'off' order by name`,
    [WAITS_FOR_DISK],
  )
  if (rows.length === 0) return ok('Postgres waits for its disk before it commits.')
  const names = rows.map(({ name }) => name).join(' and ')
  return warning(
    `Postgres does not wait for its disk (${names} off): what was accepted may be gone when its machine goes down.`,
    `Set ${names} to on, for the server or for Ringback's role.`,
  )
}
