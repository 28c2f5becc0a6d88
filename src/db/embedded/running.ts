/** The server of a data directory from outside of the Ringback that runs it. */
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ROLE } from './cluster.ts'
import { findHome, recordOf } from './home.ts'
import { isPostmasterOf, postmasterFile, readPostmasterFile } from './postmaster.ts'

/** Whether a data directory holds a database already. */
export async function hasCluster(dataDir: string): Promise<boolean> {
  const places = [join(dataDir, 'postgres'), recordOf(dataDir)]
  const found = await Promise.all(places.map((place) => stat(place).catch(() => undefined)))
  return found.some((one) => one !== undefined)
}

/**
 * The URL of the server that runs on a data directory; undefined when none does.
 * @param dataDir real path of one that holds a database
 */
export async function urlOfRunning(dataDir: string): Promise<string | undefined> {
  const { cluster } = await findHome(dataDir)
  const data = join(cluster, 'data')
  const found = await readPostmasterFile(data)
  if (!found?.ready || !(await isPostmasterOf(found.pid, data))) return undefined
  // Source: PostgreSQL 18, src/include/utils/pidfile.h: the fourth line is the port.
  const port = (await readFile(postmasterFile(data), 'utf8')).split('\n')[3]?.trim()
  const password = (await readFile(join(cluster, 'password'), 'utf8')).trim()
  return `postgres://${ROLE}:${password}@127.0.0.1:${port}/postgres`
}
