import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { callbackOf, verifyHono } from 'ringback/verify'

const app = new Hono()

app.post('/callbacks', verifyHono(process.env.SECRET!), async (c) => {
  const { type, data } = callbackOf(c)
  console.log('took', type, data)
  return c.body(null, 204)
})

serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: '127.0.0.1' }, () => console.log('ready'))
