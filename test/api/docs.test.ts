import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiServer, serveApi } from '../../src/api/serve.ts'
import { createTestApi, type TestApi } from './test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await createTestApi()
})
afterAll(() => api.close())

describe('the reference page', () => {
  it('lets a browser load from this host alone, and run no script of the page itself', async () => {
    const { headers, text } = await api.ask('GET /docs')
    const policy = headers.get('Content-Security-Policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self';")
    expect(policy).not.toMatch(/https?:|\*|unsafe-eval/)
    expect(text).not.toMatch(/<script>|https?:\/\//)
  })

  it('has every script that it names', async () => {
    const { text } = await api.ask('GET /docs')
    const scripts = [...text.matchAll(/src="([^"]+)"/g)].map(([, path]) => path)
    expect(scripts).toHaveLength(2)
    for (const path of scripts) {
      const { status, headers } = await api.ask(`GET /${path}`)
      expect([status, headers.get('Content-Type')], path).toEqual([200, 'text/javascript; charset=utf-8'])
    }
  })
})

const CHROMIUM = '/usr/bin/chromium'
if (!existsSync(CHROMIUM) && process.env.CI)
  throw new Error('There is no Chromium: in CI the page must be opened.')

describe.skipIf(!existsSync(CHROMIUM))('the reference page in a browser', () => {
  let server: ApiServer
  /** A proxy that only takes notes: whatever the browser asks of another host comes by here. */
  const asked: string[] = []
  const note = (request: IncomingMessage) => asked.push(request.url ?? '')
  const proxy = createServer((request, response) => {
    note(request)
    response.writeHead(404).end()
  }).on('connect', (request, socket) => {
    note(request)
    socket.destroy()
  })
  beforeAll(async () => {
    server = await serveApi(api.api, { host: '127.0.0.1', port: 0 })
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  })
  afterAll(async () => {
    proxy.close()
    await server.stop()
  })

  it('shows the operations, and asks nobody else', async () => {
    const { port } = proxy.address() as AddressInfo
    const { stdout } = await promisify(execFile)(
      CHROMIUM,
      [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
        `--proxy-server=127.0.0.1:${port}`,
        '--virtual-time-budget=20000',
        '--dump-dom',
        `${server.url}/docs`,
      ],
      { maxBuffer: 64 * 1024 * 1024, timeout: 60_000 },
    )
    // A boolean, because the page is far too long to be shown when it lacks something.
    expect(stdout.includes('/v1/tenants/{tenant}/endpoints')).toBe(true)
    expect(asked.filter((url) => /scalar|font|cdn/i.test(url))).toEqual([])
  }, 90_000)
})
