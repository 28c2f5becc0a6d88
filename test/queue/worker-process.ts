/**
 * A worker in a process of its own, to be killed: it tells its parent each job that it takes, and never ends one.
 * Started by `killed-worker.test.ts` with the store as its argument.
 */
import { openQueue, type QueueStore } from '../../src/queue/open.ts'
import { silentLog } from '../../src/telemetry/log.ts'

const store: QueueStore = JSON.parse(process.argv[2]!)
const queue = await openQueue(store, silentLog)
const worker = queue.work(
  'deliver',
  (data) => {
    process.send!(data)
    return new Promise(() => {})
  },
  { concurrency: 10 },
)
await worker.start()
// Never outlives its parent.
process.once('disconnect', () => process.exit())
