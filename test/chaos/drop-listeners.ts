import pg from 'pg'
import { CATALOGUE } from '../../src/queue/catalogue.ts'

/**
 * Ends the connections on which workers listen for jobs. BullMQ names them for their queues and their workers.
 * @returns how many
 */
export async function dropListeners(databaseUrl: string): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const { rowCount } = await client.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where split_part(application_name, ':w:', 1) = any($1)",
      [Object.values(CATALOGUE).map(({ queueName }) => queueName)],
    )
    return rowCount ?? 0
  } finally {
    await client.end()
  }
}
