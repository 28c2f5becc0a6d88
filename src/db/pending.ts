/** What a migration would do, without doing it. */
import { readFile } from 'node:fs/promises'
import type pg from 'pg'
import { packageFolder } from '../package.ts'

/** How a database stands to the schema of this version. */
export interface SchemaState {
  /** Names of migrations that are to be applied, in their order. */
  pending: string[]
  /** Whether a newer version of Ringback has migrated it. */
  isNewer: boolean
}

/** Looks alone. @param client a connection, or a pool */
export async function schemaState(client: Pick<pg.ClientBase, 'query'>): Promise<SchemaState> {
  const file = new URL('src/db/migrations/meta/_journal.json', packageFolder)
  const { entries } = JSON.parse(await readFile(file, 'utf8')) as { entries: { when: number; tag: string }[] }
  const applied = await lastApplied(client)
  return {
    pending: entries.filter(({ when }) => when > applied).map(({ tag }) => tag),
    isNewer: entries.every(({ when }) => when < applied),
  }
}

/** When the last one was made that is applied, in milliseconds; 0 in a database that has none. */
async function lastApplied(client: Pick<pg.ClientBase, 'query'>): Promise<number> {
  const { rows } = await client.query<{ table: string | null }>(
    `select to_regclass('ringback.migrations')::text as table`,
  )
  if (!rows[0]?.table) return 0
  const { rows: found } = await client.query<{ last: string | null }>(
    'select max(created_at) as last from ringback.migrations',
  )
  return Number(found[0]?.last ?? 0)
}
