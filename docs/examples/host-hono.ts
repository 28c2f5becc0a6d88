import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { createRingback } from 'ringback'

/** What this host emits: a wrong name or wrong data does not compile. */
interface Catalogue {
  'invoice.paid': { invoice: string }
}

const ringback = await createRingback<Catalogue>({
  databaseUrl: process.env.DATABASE_URL,
  adminKey: process.env.RINGBACK_ADMIN_KEY,
  masterKey: process.env.RINGBACK_MASTER_KEY,
  basePath: '/callbacks',
})

const app = new Hono()
app.route('/callbacks', ringback.api)

app.post('/invoices/:id/pay', async (c) =>
  c.json(await ringback.emit('acme', 'invoice.paid', { invoice: c.req.param('id') })),
)

const server = serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: '127.0.0.1' }, () =>
  console.log('ready'),
)

process.once('SIGTERM', () => {
  server.close()
  ringback.close()
})
