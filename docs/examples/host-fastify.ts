import { fastify } from 'fastify'
import { createRingback } from 'ringback'

const ringback = await createRingback({
  databaseUrl: process.env.DATABASE_URL,
  adminKey: process.env.RINGBACK_ADMIN_KEY,
  masterKey: process.env.RINGBACK_MASTER_KEY,
  basePath: '/callbacks',
})

const app = fastify()
app.register(ringback.fastify, { prefix: '/callbacks' })
app.addHook('onClose', () => ringback.close())

app.post<{ Params: { id: string } }>('/invoices/:id/pay', async (request) =>
  ringback.emit('acme', 'invoice.paid', { invoice: request.params.id }),
)

await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' })
console.log('ready')

process.once('SIGTERM', () => app.close())
