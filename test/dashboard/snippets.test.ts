/** The code that the screens show for JavaScript, run as it stands against signed callbacks of a real Ringback. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { SNIPPETS } from '../../src/dashboard/verify/snippet-texts.ts'
import type { Delivery, Endpoint } from '../setup/api.ts'
import { startRingback, type TestRingback } from '../setup/server.ts'
import { until } from '../setup/until.ts'

const IMPORT = "import { Webhook } from 'standardwebhooks'\n"

let ringback: TestRingback
beforeAll(async () => {
  ringback = await startRingback()
  await ringback.api('PUT', '/v1/tenants/acme', {})
})
afterAll(() => ringback.stop())

/** Starts an application with the snippet in it. @returns where it listens */
async function listen(env: { WEBHOOK_SECRET: string }): Promise<string> {
  const { code } = SNIPPETS.find(({ language }) => language === 'JavaScript')!
  expect(code.startsWith(IMPORT)).toBe(true)
  const app = express()
  // As a module it would have to lie beside the packages.
  new Function('Webhook', 'express', 'app', 'process', code.slice(IMPORT.length))(Webhook, express, app, {
    env,
  })
  app.use((_error: unknown, _request: express.Request, response: express.Response, _next: unknown) => {
    response.sendStatus(401)
  })
  const server = createServer(app).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close().closeAllConnections())
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
}

/** What the application answers to a callback of an event with letters beyond ASCII. */
async function answerTo(env: { WEBHOOK_SECRET: string }, adopt: (secret: string) => void) {
  const { api } = ringback
  const endpoint = await api<Endpoint>('POST', '/v1/tenants/acme/endpoints', {
    url: await listen(env),
    retry: { kind: 'schedule', delaysSeconds: [] },
  })
  adopt(endpoint.secret!)
  await api('POST', '/v1/tenants/acme/events', { type: 'invoice.paid', data: { name: 'Zoë ✓' } })
  const [delivery] = await until(
    async () =>
      (await api<{ data: Delivery[] }>('GET', `/v1/tenants/acme/deliveries?endpointId=${endpoint.id}`)).data,
    (all) => all[0]?.completedAt !== undefined && all[0].completedAt !== null,
    'the callback to be answered',
  )
  return delivery!.lastAttempt?.response?.status
}

it('what is genuine is taken, and what was signed with another secret is refused', async () => {
  const env = { WEBHOOK_SECRET: '' }
  expect(
    await answerTo(env, (secret) => {
      env.WEBHOOK_SECRET = secret
    }),
  ).toBe(204)
  const other = { WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString('base64')}` }
  expect(await answerTo(other, () => {})).toBe(401)
})
