import { spawn } from 'node:child_process'
import { once } from 'node:events'
import net from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { createEgress, type Resolve } from '../../src/egress/index.ts'
import { loopbackEgress, post } from './loopback.ts'
import { certificate, rawReceiver, receiver, tlsReceiver } from './receiver.ts'

const NAMED = 'http://hooks.example.com/'
const SOON = { lookup: 100, connect: 100, secureConnect: 100 }

const failing =
  (code: string): Resolve =>
  () =>
    Promise.reject(Object.assign(new Error(code), { code }))
const hanging: Resolve = () => new Promise(() => {})

test('a name without an address is a dns_error that keeps the code of DNS', async () => {
  expect(await post(loopbackEgress({ resolve: failing('ENOTFOUND') }), NAMED)).toMatchObject({
    error: 'dns_error',
    detail: 'ENOTFOUND',
    response: null,
    remoteAddress: null,
  })
  expect(await post(loopbackEgress({ resolve: async () => [] }), NAMED)).toMatchObject({ error: 'dns_error' })
})

test('the machine itself is asked where no resolver is given', async () => {
  const egress = createEgress({ allow: [], requireHttps: false })
  const outcome = await post(egress, 'http://no-such-name.example/')
  expect(['dns_error', 'dns_timeout']).toContain(outcome.error)
})

test('a name server that never answers is a dns_timeout', async () => {
  expect(await post(loopbackEgress({ resolve: hanging, timeouts: SOON }), NAMED)).toMatchObject({
    error: 'dns_timeout',
  })
})

test('a deadline that ends during the look-up is a dns_timeout too', async () => {
  expect(await post(loopbackEgress({ resolve: hanging }), NAMED, {}, 100)).toMatchObject({
    error: 'dns_timeout',
  })
})

test('a closed port is connect_refused', async () => {
  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as net.AddressInfo
  server.close()
  await once(server, 'close')
  expect(await post(loopbackEgress(), `http://127.0.0.1:${port}/`)).toMatchObject({
    error: 'connect_refused',
    detail: 'ECONNREFUSED',
  })
})

test('several addresses that all refuse are connect_refused', async () => {
  const egress = loopbackEgress({ resolve: async () => ['127.0.0.1', '127.0.0.2'] })
  expect(await post(egress, 'http://hooks.example.com:4/')).toMatchObject({ error: 'connect_refused' })
})

test('a host that drops every SYN is a connect_timeout, by its own limit and by the deadline', async () => {
  const port = await blackHole()
  const url = `http://127.0.0.1:${port}/`
  expect(await post(loopbackEgress({ timeouts: SOON }), url)).toMatchObject({ error: 'connect_timeout' })
  expect(await post(loopbackEgress(), url, {}, 100)).toMatchObject({ error: 'connect_timeout' })
})

test('a reset before or inside the headers is connect_reset', async () => {
  const before = await receiver((socket) => socket.resetAndDestroy())
  const inside = await receiver((socket) =>
    socket.write('HTTP/1.1 200 OK\r\ncontent-le', () => socket.resetAndDestroy()),
  )
  const closed = await receiver((socket) => socket.end())
  for (const hook of [before, inside, closed]) {
    expect(await post(loopbackEgress(), hook.url)).toMatchObject({ error: 'connect_reset', response: null })
    expect(hook.requests).toHaveLength(1)
  }
})

test('silence after the request is a response_timeout', async () => {
  const hook = await receiver(() => {})
  expect(await post(loopbackEgress(), hook.url, {}, 100)).toMatchObject({
    error: 'response_timeout',
    remoteAddress: '127.0.0.1',
  })
})

test('a TLS handshake that stalls is a tls_timeout, by its own limit and by the deadline', async () => {
  const silent = await rawReceiver(() => {})
  const url = silent.url.replace('http:', 'https:')
  expect(await post(loopbackEgress({ timeouts: SOON }), url)).toMatchObject({ error: 'tls_timeout' })
  expect(await post(loopbackEgress(), url, {}, 100)).toMatchObject({ error: 'tls_timeout' })
})

for (const [name, detail] of [
  ['expired', 'CERT_HAS_EXPIRED'],
  ['wrong-host', 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ['self-signed', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
] as const) {
  test(`a certificate that is ${name} is a tls_error, and gets no request`, async () => {
    const hook = await tlsReceiver(name, (socket) => socket.end())
    const egress = loopbackEgress({ authorities: [certificate('authority')] })
    const outcome = await post(egress, `https://hooks.example.com:${hook.port}/`)
    expect(outcome).toMatchObject({ error: 'tls_error', detail, response: null })
    expect(hook.requests).toEqual([])
  })
}

test('an authority that nobody trusts is a tls_error', async () => {
  const hook = await tlsReceiver('valid', (socket) => socket.end())
  const outcome = await post(loopbackEgress(), `https://hooks.example.com:${hook.port}/`)
  expect(outcome).toMatchObject({ error: 'tls_error', detail: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' })
  expect(hook.requests).toEqual([])
})

test('TLS older than 1.2 is a tls_error', async () => {
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const
  const hook = await tlsReceiver('valid', (socket) => socket.end(), old)
  const egress = loopbackEgress({ authorities: [certificate('authority')] })
  expect(await post(egress, hook.url)).toMatchObject({ error: 'tls_error', response: null })
})

test('plain HTTP behind https, and a client certificate asked for, are tls_errors', async () => {
  const plain = await rawReceiver((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
  expect(await post(loopbackEgress(), plain.url.replace('http:', 'https:'))).toMatchObject({
    error: 'tls_error',
  })

  const asking = await tlsReceiver('valid', (socket) => socket.end(), {
    requestCert: true,
    rejectUnauthorized: true,
  })
  const egress = loopbackEgress({ authorities: [certificate('authority')] })
  expect(await post(egress, asking.url)).toMatchObject({ error: 'tls_error', response: null })
})

test('closing ends what is under way, and it is told as a reset', async () => {
  const hook = await receiver(() => egress.close())
  const egress = loopbackEgress()
  expect(await post(egress, hook.url)).toMatchObject({ error: 'connect_reset' })
})

/** A port whose queue of connections is full and never emptied, so that the kernel drops every further SYN. */
async function blackHole(): Promise<number> {
  const listen = `
    const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      require('node:fs').writeSync(1, String(server.address().port))
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000) // never accepts
    })`
  const child = spawn(process.execPath, ['-e', listen], { stdio: ['ignore', 'pipe', 'inherit'] })
  const queued: net.Socket[] = []
  onTestFinished(() => {
    for (const socket of queued) socket.destroy()
    child.kill('SIGKILL')
  })
  const [port] = await once(child.stdout, 'data')
  let connected = true
  while (connected) {
    const socket = net.connect(Number(port), '127.0.0.1').on('error', () => {})
    queued.push(socket)
    connected = await Promise.race([once(socket, 'connect').then(() => true), setTimeout(300, false)])
  }
  return Number(port)
}
