/** The Postgres that the tests run on: a real server, thrown away afterwards. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { recordOf } from '../../src/db/embedded/home.ts'
import { startEmbeddedPostgres } from '../../src/db/embedded/index.ts'

/** Starts a server on an empty database in a fresh directory; it does not wait for the disk, since nothing is to stay. */
export async function startTestPostgres(): Promise<{ url: string; stop(): Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'ringback-test-'))
  const server = await startEmbeddedPostgres({ dataDir, durable: false })
  return {
    url: server.url,
    async stop() {
      await server.stop()
      await removeDataDir(dataDir)
    },
  }
}

/** Removes a data directory, and the place elsewhere that its cluster may have. */
export async function removeDataDir(dataDir: string): Promise<void> {
  const elsewhere = (await readFile(recordOf(dataDir), 'utf8').catch(() => '')).trim()
  if (elsewhere !== '') await rm(elsewhere, { recursive: true, force: true })
  await rm(dataDir, { recursive: true, force: true })
}
