/** The addresses of Postgres besides the direct one: the pooler that requests go through, and the replica for lists. */
import { drizzle } from 'drizzle-orm/node-postgres'
import type pg from 'pg'
import { isDirect } from '../../db/line-watch.ts'
import type { Db } from '../../db/open.ts'
import { behindMs, MOST_BEHIND } from '../../db/replica.ts'
import { SECOND } from '../../duration.ts'
import { type Finding, findingsOf } from './finding.ts'

/** Opens one. @throws when it is not there, or does not let us in */
export type OpenClient = (url: string) => Promise<pg.Client>

/** A connection by `DATABASE_URL` alone is to be one to the server itself. */
export async function checkNoPooler(client: pg.Client): Promise<Finding[]> {
  if (await isDirect(client)) return []
  return [
    findingsOf('pooler').failure(
      'A pooler stands between Ringback and Postgres, and there is no address past it: Ringback refuses to start.',
      'Set RINGBACK_DATABASE_DIRECT_URL to the address of Postgres itself.',
    ),
  ]
}

/** Both addresses must lead to one database: what is written through the one is listened for on the other. */
export async function checkPooled(url: string, direct: pg.Client, open: OpenClient): Promise<Finding> {
  const { ok, failure } = findingsOf('pooler')
  return asking(url, open, async (pooled) => {
    if ((await placeOf(pooled)) === (await placeOf(direct)))
      return ok('DATABASE_URL and the direct address lead to one database.')
    return failure(
      'DATABASE_URL and RINGBACK_DATABASE_DIRECT_URL lead to different databases.',
      'Let both name one database of one server.',
    )
  }).catch((error: Error & { code?: string }) =>
    failure(
      `DATABASE_URL does not let us in: ${error.message || error.code}.`,
      'Check its host, user, password and database, and that the pooler runs: requests and deliveries go through it.',
    ),
  )
}

/** Without it lists are read from the primary: nothing is lost but ease. */
export async function checkReplica(url: string, open: OpenClient): Promise<Finding> {
  const { ok, warning } = findingsOf('replica')
  return asking(url, open, async (replica) => {
    const { rows } = await replica.query<{ hasTables: boolean }>(
      `select to_regclass('ringback.deliveries') is not null as "hasTables"`,
    )
    if (!rows[0]!.hasTables)
      return warning(
        'It has no tables of Ringback.',
        'Let RINGBACK_DATABASE_READ_URL name the same database.',
      )
    const behind = await behindMs(drizzle(replica) as unknown as Db)
    const says = `It is ${(behind / SECOND).toFixed(1)} s behind.`
    if (behind <= MOST_BEHIND) return ok(says)
    return warning(
      says,
      'Look at pg_stat_replication of the primary. Where nothing is written, being behind means nothing.',
    )
  }).catch((error: Error & { code?: string }) =>
    warning(
      `The replica does not let us in: ${error.message || error.code}.`,
      'Check RINGBACK_DATABASE_READ_URL. Until then the primary answers lists and statistics.',
    ),
  )
}

async function asking<T>(url: string, open: OpenClient, ask: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await open(url)
  try {
    return await ask(client)
  } finally {
    await client.end().catch(() => {})
  }
}

/** A server, by the moment it was started at, and a database of it. */
async function placeOf(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ place: string }>(
    `select concat(extract(epoch from pg_postmaster_start_time()), ' ', current_database()) as place`,
  )
  return rows[0]!.place
}
