/** The client in a real browser, as it is built: no bundler, no shim, with a token of a portal session. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { Ringback } from '../../src/client/index.ts'
import { packageFolder } from '../../src/package.ts'
import { startRingback, type TestRingback } from '../setup/server.ts'

const CHROMIUM = '/usr/bin/chromium'
if (!existsSync(CHROMIUM) && process.env.CI)
  throw new Error('There is no Chromium: in CI the client must be tried in it.')

/** A site that hands out the client's files, and passes the rest to Ringback. */
async function startSite(ringback: TestRingback): Promise<string> {
  const server = createServer(async (request, response) => {
    const path = request.url ?? '/'
    if (path === '/')
      return void response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>')
    if (path.startsWith('/client/')) {
      const file = await readFile(new URL(`dist/src${path}`, packageFolder))
      return void response.writeHead(200, { 'content-type': 'text/javascript' }).end(file)
    }
    const { method = 'GET', headers } = request
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const answer = await fetch(new URL(path, ringback.url), {
      method,
      headers: {
        authorization: headers.authorization ?? '',
        'content-type': headers['content-type'] ?? 'text/plain',
        'idempotency-key': String(headers['idempotency-key'] ?? 'none'),
      },
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
    })
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe.skipIf(!existsSync(CHROMIUM))('in a browser, the client', () => {
  let ringback: TestRingback
  let browser: Browser
  beforeAll(async () => {
    ringback = await startRingback()
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
  })
  afterAll(async () => {
    await browser.close()
    await ringback.stop()
  })

  it("looks after a tenant's endpoints with the token of a portal session", async () => {
    const client = new Ringback({ baseUrl: ringback.url, apiKey: ringback.key })
    await client.tenants.put('acme')
    const { token } = await client.portal.createSession('acme')
    const site = await startSite(ringback)
    const page = await browser.newPage()
    await page.goto(site)

    // As text, which no tool of the tests compiles.
    const told = await page.evaluate(`(async () => {
      const { Ringback } = await import('/client/index.js')
      const visitor = new Ringback({ baseUrl: location.origin, apiKey: () => ${JSON.stringify(token)} })
      const made = await visitor.endpoints.create('acme', { url: 'http://127.0.0.1:4999/' })
      const found = []
      for await (const { id } of visitor.endpoints.list('acme')) found.push(id)
      const error = await visitor.tenants.get('other').catch((thrown) => thrown)
      return { isListed: found.includes(made.id), code: error.code }
    })()`)
    expect(told).toEqual({ isListed: true, code: 'not_found' })
  }, 60_000)
})
