/**
 * A process of its own: posts to the URL of its first argument, 100 requests at a time, and prints by how many bytes its
 * resident memory grew at most, once it was warm. Its receivers are elsewhere, so that theirs is not counted.
 */
import { createEgress } from '../../src/egress/index.ts'

const AT_ONCE = 100
/** Until the heap has the size that a round needs, on the slowest collector to find it. */
const WARM_UP_ROUNDS = 10
const ROUNDS = 10

const egress = createEgress({ allow: ['127.0.0.0/8'], requireHttps: false })
const post = () =>
  egress.send({ url: process.argv[2] ?? '', headers: {}, body: Buffer.from('{}'), timeoutMs: 20_000 })

async function round() {
  const outcomes = await Promise.all(Array.from({ length: AT_ONCE }, post))
  const wrong = outcomes.find(({ response }) => response?.status !== 200 || !response.truncated)
  if (wrong) throw new Error(`Not the answer that was to be measured: ${JSON.stringify(wrong)}`)
}

for (let i = 0; i < WARM_UP_ROUNDS; i++) await round()
const before = process.memoryUsage.rss()
let most = before
const look = () => {
  most = Math.max(most, process.memoryUsage.rss())
}
const watch = setInterval(look, 1)
for (let i = 0; i < ROUNDS; i++) {
  await round()
  look()
}
clearInterval(watch)
egress.close()
process.stdout.write(`${most - before}`)
