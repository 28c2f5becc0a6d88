import { Ringback } from 'ringback/client'

const ringback = new Ringback({ baseUrl: process.env.RINGBACK_URL!, apiKey: process.env.RINGBACK_API_KEY })

const event = await ringback.events.emit('acme', 'invoice.paid', { amount: 1200 })
console.log('accepted', event.id)
