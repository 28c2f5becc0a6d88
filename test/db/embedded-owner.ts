/**
 * A process that owns an embedded Postgres, as Ringback does, to be killed and watched by the tests.
 * Arguments: the data directory. It tells what happens in lines of JSON; SIGTERM makes it stop in order.
 */
import { startEmbeddedPostgres } from '../../src/db/embedded/index.ts'

const say = (line: Record<string, unknown>) => process.stdout.write(`${JSON.stringify(line)}\n`)

process.on('SIGINT', () => say({ interrupted: true }))
try {
  const server = await startEmbeddedPostgres({
    dataDir: process.argv[2] ?? '',
    log: (message) => say({ log: message }),
  })
  process.once('SIGTERM', () => void server.stop().then(() => process.exit(0)))
  say({ url: server.url })
  // Holds the process until it is told to end.
  process.stdin.resume()
} catch (error) {
  say({ refused: error instanceof Error ? `${error.name}: ${error.message}` : String(error) })
  process.exitCode = 1
}
