/** The database of the environment's settings, from outside of a running Ringback or without one. */
import { realpath } from 'node:fs/promises'
import type { Config } from '../config/load.ts'
import { startEmbeddedPostgres } from '../db/embedded/index.ts'
import { hasCluster, urlOfRunning } from '../db/embedded/running.ts'

/** A database that can be connected to until it is closed. */
export interface ReachedDatabase {
  url: string
  kind: 'external' | 'running' | 'started'
  close(): Promise<void>
}

/**
 * Finds it: `DATABASE_URL`, past a pooler, the embedded server that runs, or one that is started for now.
 * @returns undefined where the embedded one was never made, unless `make` says that it shall be
 * @throws StartRefused
 */
export async function reachDatabase(
  { databaseUrl, databaseDirectUrl, dataDir }: Pick<Config, 'databaseUrl' | 'databaseDirectUrl' | 'dataDir'>,
  { make = false } = {},
): Promise<ReachedDatabase | undefined> {
  if (databaseUrl) return { url: databaseDirectUrl ?? databaseUrl, kind: 'external', close: async () => {} }
  if (await hasCluster(dataDir)) {
    const url = await urlOfRunning(await realpath(dataDir))
    if (url) return { url, kind: 'running', close: async () => {} }
  } else if (!make) return undefined
  const { url, stop } = await startEmbeddedPostgres({ dataDir })
  return { url, kind: 'started', close: stop }
}
