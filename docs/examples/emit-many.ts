import { Ringback } from 'ringback/client'

const ringback = new Ringback({ baseUrl: process.env.RINGBACK_URL!, apiKey: process.env.RINGBACK_API_KEY })
const emitter = ringback.emitter({ maxBatch: 500, maxPending: 10_000 })

let accepted = 0
for (let n = 0; n < 5_000; n++) {
  await emitter.ready() // while ten thousand are under way, this waits
  emitter.emit('acme', 'invoice.paid', { amount: n }).then(
    () => accepted++,
    (error) => console.error('lost', n, error.code),
  )
}
await emitter.close() // all of them are settled now
console.log('accepted', accepted)
