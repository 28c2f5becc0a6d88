import { expect, test } from 'vitest'
import { type ConnectProxy, connectProxy, tunnel } from './connect-proxy.ts'
import { loopbackEgress, post } from './loopback.ts'
import { certificate, OK, receiver, tlsReceiver } from './receiver.ts'

const SOON = { lookup: 100, connect: 100, secureConnect: 100 }

test('every callback goes through the proxy, to the address that was vetted, and the receiver finds its name', async () => {
  const proxy = await connectProxy()
  const plain = await receiver((socket) => socket.write(OK))
  const serverNames: unknown[] = []
  const secure = await tlsReceiver('valid', (socket) => {
    if ('servername' in socket) serverNames.push(socket.servername)
    socket.write(OK)
  })
  const egress = loopbackEgress({ proxy: proxy.url, authorities: [certificate('authority')] })
  for (const [hook, url] of [
    [plain, `http://hooks.example.com:${plain.port}/`],
    [secure, `https://hooks.example.com:${secure.port}/`],
    [plain, plain.url],
  ] as const) {
    expect(await post(egress, url)).toMatchObject({
      error: null,
      response: { status: 200 },
      remoteAddress: '127.0.0.1',
      timings: { connectMs: expect.any(Number) },
    })
    expect(proxy.asked.at(-1)!.target).toBe(`127.0.0.1:${hook.port}`)
    expect(hook.requests.at(-1)).toMatch(new RegExp(`^host: ${new URL(url).host}\r$`, 'im'))
  }
  expect(serverNames).toEqual(['hooks.example.com'])
  expect(proxy.asked).toHaveLength(3)
})

test('a tunnel serves many requests', async () => {
  const proxy = await connectProxy()
  const secure = await tlsReceiver('valid', (socket) => socket.write(OK))
  const egress = loopbackEgress({ proxy: proxy.url, authorities: [certificate('authority')] })
  for (let i = 0; i < 5; i++) {
    const outcome = await post(egress, `https://hooks.example.com:${secure.port}/`)
    expect(outcome).toMatchObject({ response: { status: 200 }, remoteAddress: '127.0.0.1' })
    if (i > 0) expect(outcome.timings).toMatchObject({ dnsMs: null, connectMs: null, tlsMs: null })
  }
  expect(proxy.asked).toHaveLength(1)
})

test('a tunnel older than a minute serves no further request', async () => {
  const proxy = await connectProxy()
  const hook = await receiver((socket) => socket.write(OK))
  let now = 0
  const egress = loopbackEgress({ proxy: proxy.url, clock: { now: () => now } })
  await post(egress, hook.url)
  now = 60_000
  await post(egress, hook.url)
  await post(egress, hook.url)
  expect(proxy.asked).toHaveLength(2)
})

test('as many requests at once as a worker has places all get through', async () => {
  const proxy = await connectProxy()
  const hook = await receiver((socket) => socket.write(OK))
  const egress = loopbackEgress({ proxy: proxy.url })
  const outcomes = await Promise.all(Array.from({ length: 100 }, () => post(egress, hook.url)))
  expect(outcomes.filter(({ response }) => response?.status === 200)).toHaveLength(100)
})

test('the proxy is told who we are, and the receiver is not', async () => {
  const proxy = await connectProxy()
  const hook = await receiver((socket) => socket.write(OK))
  const url = proxy.url.replace('//', '//ring%40back:s%3Acret@')
  await post(loopbackEgress({ proxy: url }), hook.url)
  const basic = Buffer.from('ring@back:s:cret').toString('base64')
  expect(proxy.asked[0]!.headers['proxy-authorization']).toBe(`Basic ${basic}`)
  expect(hook.requests[0]).not.toMatch(/proxy-authorization/i)
})

test('the policy holds: the proxy is asked for no forbidden address, literal or looked up, and for no name', async () => {
  const proxy = await connectProxy()
  for (const [url, answer] of [
    ['http://10.0.0.1/', []],
    ['http://169.254.169.254/', []],
    ['http://name.example.com/', ['10.0.0.1']],
    ['http://name.example.com/', ['127.0.0.1', '10.0.0.1']],
    ['https://name.example.com/', ['::ffff:10.0.0.1']],
  ] as const) {
    const egress = loopbackEgress({ proxy: proxy.url, resolve: async () => answer })
    expect((await post(egress, url)).error, url).toBe('address_not_allowed')
  }
  expect(proxy.asked).toHaveLength(0)
})

test('the proxy itself may stand where callbacks may not go', async () => {
  const proxy = await connectProxy(({ headers: _, target }, client) =>
    tunnel({ headers: {}, target: target.replace('127.0.0.2', '127.0.0.1') }, client),
  )
  const hook = await receiver((socket) => socket.write(OK))
  const egress = loopbackEgress({ allow: ['127.0.0.2/32'], proxy: proxy.url })
  expect(await post(egress, `http://127.0.0.2:${hook.port}/`)).toMatchObject({
    response: { status: 200 },
    remoteAddress: '127.0.0.2',
  })
})

test('of several addresses the first that the proxy reaches is used', async () => {
  const hook = await receiver((socket) => socket.write(OK))
  const proxy = await connectProxy((asked, client) =>
    asked.target.startsWith('[::1]') ? void client.end('HTTP/1.1 502 No\r\n\r\n') : tunnel(asked, client),
  )
  const egress = loopbackEgress({
    allow: ['127.0.0.0/8', '::1/128'],
    proxy: proxy.url,
    resolve: async () => ['::1', '127.0.0.1'],
  })
  expect(await post(egress, `http://hooks.example.com:${hook.port}/`)).toMatchObject({
    response: { status: 200 },
    remoteAddress: '127.0.0.1',
  })
  expect(proxy.asked.map(({ target }) => target)).toEqual([`[::1]:${hook.port}`, `127.0.0.1:${hook.port}`])
})

test.each<[string, () => Promise<Pick<ConnectProxy, 'url'>>, object]>([
  [
    'refuses',
    () => connectProxy((_, client) => void client.end('HTTP/1.1 403 Forbidden\r\n\r\n')),
    { error: 'connect_refused', detail: 'PROXY_ANSWERED_403' },
  ],
  [
    'wants a password',
    () => connectProxy((_, client) => void client.end('HTTP/1.1 407 Who\r\ncontent-length: 2\r\n\r\nno')),
    { error: 'connect_refused', detail: 'PROXY_ANSWERED_407' },
  ],
  [
    'speaks before it is asked',
    () => connectProxy((_, client) => void client.write(`HTTP/1.1 200 OK\r\n\r\n${OK}`)),
    { error: 'connect_refused', detail: 'PROXY_SPOKE_EARLY' },
  ],
  [
    'answers no HTTP',
    () => connectProxy((_, client) => void client.end('SSH-2.0\r\n')),
    { error: 'connect_refused' },
  ],
  ['hangs up', () => connectProxy((_, client) => client.destroy()), { error: 'connect_reset' }],
  ['is silent', () => connectProxy(() => {}), { error: 'connect_timeout' }],
  [
    'is away',
    async () => ({ url: 'http://127.0.0.1:4' }),
    { error: 'connect_refused', detail: 'ECONNREFUSED' },
  ],
])('a proxy that %s is told as a connection that failed, with its cause', async (_, start, told) => {
  const egress = loopbackEgress({ proxy: (await start()).url, timeouts: SOON })
  expect(await post(egress, 'http://127.0.0.1/')).toMatchObject({
    ...told,
    response: null,
    remoteAddress: null,
  })
})

test('what goes wrong beyond the proxy has the same names as without one', async () => {
  const proxy = await connectProxy()
  const options = { proxy: proxy.url, authorities: [certificate('authority')] }
  const expired = await tlsReceiver('expired', () => {})
  const silent = await receiver(() => {})
  const reset = await receiver((socket) => socket.resetAndDestroy())
  const stalling = await connectProxy((_, client) => void client.write('HTTP/1.1 200 OK\r\n\r\n'))

  const cases = [
    [post(loopbackEgress(options), expired.url), { error: 'tls_error', detail: 'CERT_HAS_EXPIRED' }],
    [post(loopbackEgress(options), silent.url, {}, 100), { error: 'response_timeout' }],
    [post(loopbackEgress(options), reset.url), { error: 'connect_reset' }],
    [
      post(loopbackEgress({ proxy: stalling.url, timeouts: SOON }), 'https://127.0.0.1/'),
      { error: 'tls_timeout' },
    ],
    [
      post(
        loopbackEgress({ ...options, timeouts: SOON, resolve: () => new Promise(() => {}) }),
        'http://a.example.com/',
      ),
      { error: 'dns_timeout' },
    ],
    [
      post(
        loopbackEgress({
          ...options,
          resolve: () => Promise.reject(Object.assign(new Error(), { code: 'ENOTFOUND' })),
        }),
        'http://a.example.com/',
      ),
      { error: 'dns_error', detail: 'ENOTFOUND' },
    ],
  ] as const
  for (const [outcome, told] of cases) expect(await outcome).toMatchObject(told)
  expect(silent.requests).toHaveLength(1)
})
