/** A relay, in a process of its own that may be killed. */
import pg from 'pg'
import { Ringback } from '../../src/client/index.ts'
import { startRelay } from '../../src/outbox/index.ts'

const [url = '', baseUrl = '', apiKey = ''] = process.argv.slice(2)
process.once('disconnect', () => process.exit())

startRelay({
  pool: new pg.Pool({ connectionString: url, max: 2 }),
  client: new Ringback({ baseUrl, apiKey }),
  pollMs: 20,
})
process.send!('started')
