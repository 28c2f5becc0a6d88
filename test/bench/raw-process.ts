/**
 * The limit: a process that signs and POSTs through the same code as Ringback's workers, and does nothing else. No
 * queue, no database, nothing kept. What a delivery costs beyond this is Ringback's own.
 */
import { systemClock } from '../../src/clock.ts'
import { createEgress } from '../../src/egress/index.ts'
import { eventBody } from '../../src/events/event.ts'
import { newId } from '../../src/ids.ts'
import { newSecret, parseSecret } from '../../src/signing/secret.ts'
import { deliveryHeaders } from '../../src/signing/sign.ts'
import { milliseconds } from './figures.ts'
import { DATA_TEXT, TYPE } from './payload.ts'

/** What is measured, and how long. */
export interface RawTask {
  url: string
  concurrency: number
  warmUpSeconds: number
  seconds: number
}

process.once('message', async (task: RawTask) => {
  const egress = createEgress({ allow: ['127.0.0.0/8'], requireHttps: false, clock: systemClock })
  const keys = [parseSecret(newSecret())]

  async function post() {
    const id = newId('event')
    const body = eventBody(id, { type: TYPE, data: DATA_TEXT })
    const signed = deliveryHeaders({ id, timestamp: Math.floor(Date.now() / 1000), body, keys })
    const headers = { 'content-type': 'application/json', ...signed }
    const { response, error } = await egress.send({ url: task.url, headers, body, timeoutMs: 15_000 })
    if (response?.status !== 204) throw new Error(`The sink answered ${response?.status ?? error}.`)
  }

  /** @returns callbacks per second */
  async function postFor(seconds: number): Promise<number> {
    const began = milliseconds()
    const end = began + seconds * 1000
    let sent = 0
    async function work() {
      while (milliseconds() < end) {
        await post()
        sent++
      }
    }
    await Promise.all(Array.from({ length: task.concurrency }, work))
    return (sent / (milliseconds() - began)) * 1000
  }

  await postFor(task.warmUpSeconds)
  const perSecond = await postFor(task.seconds)
  egress.close()
  process.send!(perSecond, () => process.exit())
})
