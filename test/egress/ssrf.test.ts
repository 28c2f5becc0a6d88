import { createHook } from 'node:async_hooks'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createAddressPolicy } from '../../src/egress/address-policy.ts'
import { createGuardedLookup } from '../../src/egress/guarded-lookup.ts'
import { createEgress, type Resolve } from '../../src/egress/index.ts'
import { loopbackEgress, post } from './loopback.ts'
import { OK, rawReceiver, receiver } from './receiver.ts'
import vectors from './ssrf-vectors.json' with { type: 'json' }

interface Vector {
  url: string
  verdict: string
  why: string
  resolves_to?: string[]
}

const rows: Vector[] = vectors
const answers = new Map(
  rows.flatMap((row) =>
    row.resolves_to && URL.canParse(row.url) ? [[nameIn(row.url), row.resolves_to]] : [],
  ),
)
const resolve: Resolve = async (name) =>
  answers.get(name) ?? Promise.reject(Object.assign(new Error(name), { code: 'ENOTFOUND' }))

/** Every TCP connection that this process begins, counted where Node itself makes it. */
let dialled = 0
const dials = createHook({
  init(_id, type) {
    if (type === 'TCPCONNECTWRAP') dialled++
  },
})
beforeAll(() => dials.enable())
afterAll(() => dials.disable())

test('the count of connections sees one', async () => {
  const hook = await receiver((socket) => socket.write(OK))
  const before = dialled
  await post(loopbackEgress(), hook.url)
  expect(dialled).toBe(before + 1)
})

test.each(rows.filter(({ verdict }) => verdict === 'deny'))(
  '$url is refused without dialling: $why',
  async ({ url }) => {
    const egress = createEgress({ allow: [], requireHttps: false, resolve })
    const before = dialled
    const outcome = await post(egress, url)
    egress.close()
    expect(['address_not_allowed', 'dns_error']).toContain(outcome.error)
    expect(outcome).toMatchObject({ response: null, remoteAddress: null, timings: { connectMs: null } })
    expect(dialled).toBe(before)
  },
)

test('at registration all are refused but those that only DNS can tell', () => {
  const egress = createEgress({ allow: [], requireHttps: false, resolve })
  const passed = rows.filter(({ url, verdict }) => verdict === 'deny' && egress.checkUrl(url).ok)
  expect(passed.map(({ url }) => nameIn(url)).sort()).toEqual([
    '10.0.0.1.sslip.io',
    '127.0.0.1.nip.io',
    ...['compat', 'imds', 'll', 'mapped', 'nat64', 'teredo'].map((kind) => `aaaa-${kind}.example.com`),
    'bench.example.com',
    'cgnat.example.com',
    'empty.example.com',
    'localtest.me',
    'mcast.example.com',
    'mixed4.example.com',
    'mixed46.example.com',
    'mixed64.example.com',
  ])
})

test.each(rows.filter(({ verdict }) => verdict === 'allow'))(
  '$url passes every check: $why',
  async ({ url, resolves_to }) => {
    const policy = createAddressPolicy([])
    const egress = createEgress({ allow: [], requireHttps: false, resolve })
    const verdict = egress.checkUrl(url)
    expect(verdict).toMatchObject({ ok: true })
    const name = verdict.ok ? nameIn(verdict.url) : ''
    if (resolves_to === undefined) expect(policy.allows(name)).toBe(true)
    else expect(await lookedUp(policy, resolve, name)).toEqual(resolves_to)
  },
)

test('a name whose answer turns to loopback never reaches it, in 1,000 sends', async () => {
  const friend = await receiver(
    (socket) => socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n'),
    '127.0.0.2',
  )
  const inside = await receiver((socket) => socket.write(OK), '127.0.0.1', friend.port)
  let asked = 0
  // The allowed address stands for the public one, so that a check of one answer and a use of the next would show.
  const egress = loopbackEgress({
    allow: ['127.0.0.2/32'],
    resolve: async () => [asked++ % 2 === 0 ? '127.0.0.2' : '127.0.0.1'],
  })
  const errors: (string | null)[] = []
  for (let i = 0; i < 1_000; i++)
    errors.push((await post(egress, `http://rebinding.example.com:${friend.port}/`)).error)

  expect(inside.connections).toHaveLength(0)
  expect(friend.requests).toHaveLength(500)
  expect(errors).toEqual(
    Array.from({ length: 1_000 }, (_, i) => (i % 2 === 0 ? null : 'address_not_allowed')),
  )
})

test('one bad address among the answers refuses them all, in any place', async () => {
  const hook = await receiver((socket) => socket.write(OK))
  for (const answer of [
    ['127.0.0.1', '10.0.0.1'],
    ['10.0.0.1', '127.0.0.1'],
    ['127.0.0.1', '::1'],
    ['127.0.0.1', 'junk'],
  ]) {
    const outcome = await post(
      loopbackEgress({ resolve: async () => answer }),
      `http://mixed.example.com:${hook.port}/`,
    )
    expect(outcome).toMatchObject({ error: 'address_not_allowed', remoteAddress: null })
  }
  expect(hook.connections).toHaveLength(0)
})

test('a redirect to an address inside is not followed', async () => {
  const inside = await receiver((socket) => socket.write(OK))
  const hook = await receiver(
    (socket) => socket.write(`HTTP/1.1 307 Go\r\nlocation: ${inside.url}\r\ncontent-length: 0\r\n\r\n`),
    '127.0.0.2',
  )
  const outcome = await post(loopbackEgress({ allow: ['127.0.0.2/32'] }), `http://127.0.0.2:${hook.port}/`)
  expect(outcome.response).toMatchObject({ status: 307, headers: { location: inside.url } })
  expect(inside.connections).toHaveLength(0)
})

test('proxies named in the environment are not used', async () => {
  const proxy = await rawReceiver((socket) => socket.destroy())
  const hook = await receiver((socket) => socket.write(OK))
  const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy']
  const env = {
    ...process.env,
    ...Object.fromEntries(names.map((name) => [name, proxy.url])),
    NODE_USE_ENV_PROXY: '1',
    NO_PROXY: '',
  }
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', fileURLToPath(new URL('send-once.ts', import.meta.url)), hook.url],
    {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  let printed = ''
  child.stdout.on('data', (chunk) => {
    printed += chunk
  })
  await once(child, 'close')
  expect(JSON.parse(printed)).toMatchObject({ error: null, response: { status: 200 } })
  expect(hook.requests).toHaveLength(1)
  expect(proxy.connections).toHaveLength(0)
})

function nameIn(url: string): string {
  return new URL(url).hostname.replace(/^\[|\]$|\.$/g, '')
}

function lookedUp(
  policy: ReturnType<typeof createAddressPolicy>,
  resolve: Resolve,
  name: string,
): Promise<string[]> {
  const lookup = createGuardedLookup(policy, resolve)
  return new Promise((done, fail) =>
    lookup(name, { all: true }, (error, found) =>
      error ? fail(error) : done(Array.isArray(found) ? found.map(({ address }) => address) : [found]),
    ),
  )
}
