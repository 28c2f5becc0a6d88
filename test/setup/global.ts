/** One real Postgres for the whole run; each file clones a migrated database from a template (see database.ts). */
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { systemClock } from '../../src/clock.ts'
import { migrate } from '../../src/db/migrate.ts'
import { startTestPostgres } from './postgres.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** An administrator's URL of a real Postgres. */
    postgresUrl: string
  }
}

export const TEMPLATE = 'ringback_template'

export default async function setup(project: TestProject) {
  const postgres = await startTestPostgres()
  const admin = new pg.Client({ connectionString: postgres.url })
  await admin.connect()
  await admin.query(`create database ${TEMPLATE}`)
  await migrate(databaseUrl(postgres.url, TEMPLATE), systemClock)
  await admin.end()
  project.provide('postgresUrl', postgres.url)
  return () => postgres.stop()
}

/** The same server, another database. */
export function databaseUrl(serverUrl: string, database: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${database}`
  return url.href
}
