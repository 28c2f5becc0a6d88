/** The limit of accepting: a Hono route that parses the body of an event, and keeps nothing. */
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { newId } from '../../src/ids.ts'

const app = new Hono()
app.post('/v1/tenants/:tenant/events', async (c) => {
  const { type } = (await c.req.json()) as { type: string }
  return c.json({ id: newId('event'), type, tenantId: c.req.param('tenant') }, 202)
})
serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => process.send!(port))
process.once('disconnect', () => process.exit())
