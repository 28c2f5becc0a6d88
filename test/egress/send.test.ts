import { once } from 'node:events'
import { expect, test } from 'vitest'
import { loopbackEgress, post } from './loopback.ts'
import { certificate, OK, rawReceiver, receiver, tlsReceiver } from './receiver.ts'

test('a callback is one POST with the given bytes and headers, and the answer comes back', async () => {
  const hook = await receiver((socket) =>
    socket.write(
      'HTTP/1.1 201 Created\r\nX-Seen: yes\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 2\r\n\r\nok',
    ),
  )
  const egress = loopbackEgress({ userAgent: 'Ringback/1.2.3', clock: { now: () => 1_234 } })
  const outcome = await egress.send({
    url: `${hook.url}path?q=1#gone`,
    headers: { 'content-type': 'application/json', 'webhook-id': 'evt_1' },
    body: Buffer.from('{"é":1}'),
    timeoutMs: 10_000,
  })

  expect(outcome).toMatchObject({ startedAt: 1_234, error: null, remoteAddress: '127.0.0.1' })
  expect(outcome.response).toEqual({
    status: 201,
    headers: { 'x-seen': 'yes', 'set-cookie': ['a=1', 'b=2'], 'content-length': '2' },
    body: Buffer.from('ok'),
    truncated: false,
  })
  expect(outcome.timings).toMatchObject({ dnsMs: null, connectMs: expect.any(Number), tlsMs: null })

  const [request] = hook.requests
  expect(hook.requests).toHaveLength(1)
  expect(request).toMatch(/^POST \/path\?q=1 HTTP\/1\.1\r\n/)
  expect(request).toContain('user-agent: Ringback/1.2.3\r\n')
  expect(request).toContain('accept-encoding: identity\r\n')
  expect(request).toContain('webhook-id: evt_1\r\n')
  expect(request).toContain(`content-length: ${Buffer.byteLength('{"é":1}')}\r\n`)
  expect(Buffer.from(request!.split('\r\n\r\n')[1]!, 'latin1').toString()).toBe('{"é":1}')
})

test('an empty body is sent with its length', async () => {
  const hook = await receiver((socket) => socket.write(OK))
  const outcome = await loopbackEgress().send({
    url: hook.url,
    headers: {},
    body: new Uint8Array(),
    timeoutMs: 10_000,
  })
  expect(outcome.response?.status).toBe(200)
  expect(hook.requests[0]).toContain('content-length: 0\r\n')
})

test('a trusted certificate for the right name is spoken to, by name and by address', async () => {
  const hook = await tlsReceiver('valid', (socket) => socket.write(OK))
  const egress = loopbackEgress({ authorities: [certificate('authority')], requireHttps: true })
  for (const url of [`https://hooks.example.com:${hook.port}/`, hook.url]) {
    const outcome = await post(egress, url)
    expect(outcome).toMatchObject({ error: null, response: { status: 200 } })
    expect(outcome.timings.tlsMs).toEqual(expect.any(Number))
  }
})

test('framing headers never reach the wire, whoever set them', async () => {
  const hook = await receiver((socket) => socket.write(OK))
  const framing = {
    Host: 'evil',
    'Content-Length': '1',
    'transfer-encoding': 'chunked',
    CONNECTION: 'close',
    'Proxy-Authorization': 'x',
  }
  const outcome = await post(loopbackEgress(), hook.url, framing)
  expect(outcome.response?.status).toBe(200)
  const head = hook.requests[0]!
  expect(head).toContain(`host: 127.0.0.1:${hook.port}\r\n`.replace('host', 'Host'))
  expect(head).toContain('content-length: 2\r\n')
  expect(head).not.toMatch(/evil|transfer-encoding|proxy-authorization|connection: close/i)
})

for (const status of [301, 302, 303, 307, 308]) {
  test(`a ${status} is an answer like any other: one request, and its Location in the log`, async () => {
    const hook = await receiver((socket) => {
      const { port } = socket.address() as { port: number }
      socket.write(
        `HTTP/1.1 ${status} Moved\r\nlocation: http://127.0.0.1:${port}/next\r\ncontent-length: 0\r\n\r\n`,
      )
    })
    const outcome = await post(loopbackEgress(), hook.url)
    expect(outcome.response).toMatchObject({
      status,
      headers: { location: `http://127.0.0.1:${hook.port}/next` },
    })
    expect(hook.requests).toHaveLength(1)
  })
}

test('every status from 200 to 599, and 099 and 999, is an answer', async () => {
  const statuses = ['099', '999', ...Array.from({ length: 400 }, (_, i) => String(200 + i))]
  const hook = await receiver((socket, nth) =>
    socket.write(
      `HTTP/1.1 ${statuses[nth - 1]} X\r\n${/204|304/.test(statuses[nth - 1]!) ? '' : 'content-length: 0\r\n'}\r\n`,
    ),
  )
  const egress = loopbackEgress()
  const seen: (number | undefined)[] = []
  for (const _ of statuses) seen.push((await post(egress, hook.url)).response?.status)
  expect(seen).toEqual(statuses.map(Number))
})

test('a receiver that answers without reading a large body does not keep its socket', async () => {
  const early = await rawReceiver(() => {})
  const sent = loopbackEgress().send({
    url: early.url,
    headers: {},
    body: new Uint8Array(64 << 20),
    timeoutMs: 10_000,
  })
  while (early.connections.length === 0) await new Promise(setImmediate)
  const [socket] = early.connections
  const closed = once(socket!, 'close')
  socket!.write('HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\n\r\n')
  expect((await sent).response?.status).toBe(413)
  socket!.resume()
  await closed
})
