/** The server's own log, in the data directory. */
import { rename } from 'node:fs/promises'
import { join } from 'node:path'

/** Where the server writes. */
export const logFileOf = (dataDir: string) => join(dataDir, 'postgres.log')

/** It begins anew with each server, so it cannot grow for ever; the one before is kept, for it may tell of a crash. */
export async function keepPreviousLog(dataDir: string): Promise<void> {
  await rename(logFileOf(dataDir), join(dataDir, 'postgres.previous.log')).catch(() => {})
}
