import { pushEventTypes, Ringback, RingbackError } from 'ringback/client'
import { z } from 'zod'

/** Any library will do that follows Standard Schema. */
const events = {
  'invoice.paid': z.object({ amount: z.number().min(0), currency: z.string().default('EUR') }),
  'user.left': z.object({ name: z.string() }),
}

const ringback = new Ringback({
  baseUrl: process.env.RINGBACK_URL!,
  apiKey: process.env.RINGBACK_API_KEY,
  events,
})

// The server knows them too, for its catalogue and for whoever emits without this client.
for (const { name, change } of await pushEventTypes(ringback, events)) console.log(name, change)

const { id } = await ringback.events.emit('acme', 'invoice.paid', { amount: 1200 })
console.log('sent', (await ringback.events.get('acme', id)).data)

try {
  await ringback.events.emit('acme', 'invoice.paid', { amount: -1 })
} catch (error) {
  if (error instanceof RingbackError) console.log('not sent', error.code, error.errors[0]?.path)
}
