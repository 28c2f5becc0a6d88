import { Ringback } from 'ringback/client'

/** Write it by hand, or from the server's event types. */
interface Catalogue {
  'invoice.paid': { amount: number; currency?: string }
  'user.left': { name: string }
}

const ringback = new Ringback<Catalogue>({
  baseUrl: process.env.RINGBACK_URL!,
  apiKey: process.env.RINGBACK_API_KEY,
})

const event = await ringback.events.emit('acme', 'invoice.paid', { amount: 1200, currency: 'EUR' })
console.log('accepted', event.type)

/** None of these compiles. */
export const mistakes = () => [
  // @ts-expect-error There is no event of this name.
  ringback.events.emit('acme', 'invoice.payed', { amount: 1200 }),
  // @ts-expect-error An amount is a number.
  ringback.events.emit('acme', 'invoice.paid', { amount: '1200' }),
  // @ts-expect-error The name is missing.
  ringback.events.emit('acme', 'user.left', {}),
]
