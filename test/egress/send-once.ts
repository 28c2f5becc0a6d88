/** A process of its own: posts to the URL of its first argument and prints the outcome. */
import { createEgress } from '../../src/egress/index.ts'

const egress = createEgress({ allow: ['127.0.0.0/8'], requireHttps: false })
const outcome = await egress.send({
  url: process.argv[2] ?? '',
  headers: {},
  body: Buffer.from('{}'),
  timeoutMs: 10_000,
})
process.stdout.write(JSON.stringify(outcome))
egress.close()
