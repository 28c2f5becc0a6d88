/** The tables of BullMQ in Postgres: brought up to date, or only looked at. */
import {
  assertSchemaCompatibility,
  LATEST_SCHEMA_VERSION,
  runMigrations,
  SchemaMigrationRequiredError,
} from 'bullmq'
import type pg from 'pg'

/** The schema that holds them. */
export const QUEUE_SCHEMA = 'ringback_queue'

/** How many of BullMQ's migrations are to be applied. @throws when a newer BullMQ has made the tables */
export async function pendingQueueMigrations(client: pg.Client): Promise<number> {
  try {
    return Math.max(0, LATEST_SCHEMA_VERSION - (await assertSchemaCompatibility(client, QUEUE_SCHEMA)))
  } catch (error) {
    if (error instanceof SchemaMigrationRequiredError) return LATEST_SCHEMA_VERSION
    throw error
  }
}

/** Safe in many processes at once, under BullMQ's own lock. */
export async function migrateQueue(client: pg.Client): Promise<void> {
  await runMigrations(client, QUEUE_SCHEMA)
}
