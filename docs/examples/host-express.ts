import express from 'express'
import pg from 'pg'
import { createRingback } from 'ringback'

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 30 })
// A connection that breaks while nobody uses it: without a listener, this ends the process.
pool.on('error', console.error)
const ringback = await createRingback({
  pool,
  adminKey: process.env.RINGBACK_ADMIN_KEY,
  masterKey: process.env.RINGBACK_MASTER_KEY,
  basePath: '/callbacks',
})

const app = express()
// Before express.json(): what is emitted is delivered as it was written.
app.use('/callbacks', ringback.handler)
app.use(express.json())

app.post('/invoices/:id/pay', async (request, response) => {
  const event = await ringback.emit('acme', 'invoice.paid', { invoice: request.params.id })
  response.json(event)
})

const server = app.listen(Number(process.env.PORT), '127.0.0.1', () => console.log('ready'))

process.once('SIGTERM', () => {
  server.close()
  ringback.close().then(() => pool.end())
})
