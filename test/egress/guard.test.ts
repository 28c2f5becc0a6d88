import http from 'node:http'
import https from 'node:https'
import type { LookupFunction } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { createAddressPolicy } from '../../src/egress/address-policy.ts'
import { createAgents, destroyAgents } from '../../src/egress/agents.ts'
import { createSystemResolver } from '../../src/egress/system-resolver.ts'
import { DEFAULT_TIMEOUTS } from '../../src/egress/timeouts.ts'
import { rawReceiver, tlsReceiver } from './receiver.ts'

/** What a resolver would be that nobody vets. */
const unguarded: LookupFunction = (_name, _options, callback) =>
  callback(null, [{ address: '127.0.0.1', family: 4 }])

function agentsFor(allow: readonly string[]) {
  const agents = createAgents({
    policy: createAddressPolicy(allow),
    lookup: unguarded,
    clock: { now: () => 0 },
    timeouts: DEFAULT_TIMEOUTS,
    keepAlive: true,
  })
  onTestFinished(() => destroyAgents(agents))
  return agents
}

test('a socket that ends at a forbidden peer is closed before a byte is written, also under TLS', async () => {
  let bytes = 0
  const inside = await rawReceiver((socket) => {
    socket.on('data', (chunk) => {
      bytes += chunk.length
    })
  })
  const agents = agentsFor([])
  const target = { host: 'hooks.example.com', port: inside.port, method: 'POST' }
  for (const request of [
    http.request({ ...target, agent: agents.http }),
    https.request({ ...target, agent: agents.https }),
  ]) {
    request.end('{}')
    expect((await failure(request)).name).toBe('AddressNotAllowed')
  }
  for (const socket of inside.connections)
    if (!socket.closed) await new Promise((closed) => socket.on('close', closed))
  expect(inside.connections).toHaveLength(2)
  expect(bytes).toBe(0)
})

test('a forbidden literal, for which Node asks no look-up, is not dialled', async () => {
  const inside = await rawReceiver(() => {})
  const agents = agentsFor([])
  for (const host of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) {
    const request = http.request({ host, port: inside.port, agent: agents.http }).end()
    expect((await failure(request)).name, host).toBe('AddressNotAllowed')
  }
  expect(inside.connections).toHaveLength(0)
})

test('NODE_TLS_REJECT_UNAUTHORIZED=0 changes nothing', async () => {
  const untrusted = await tlsReceiver('self-signed', () => {})
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
  onTestFinished(() => void vi.unstubAllEnvs())
  const { https: agent } = agentsFor(['127.0.0.0/8'])
  const request = https.request({ host: '127.0.0.1', port: untrusted.port, agent }).end()
  expect(await failure(request)).toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
})

test('simultaneous look-ups of one name share one', async () => {
  const resolve = createSystemResolver({ clock: systemClock, limitMs: DEFAULT_TIMEOUTS.lookup })
  const first = resolve('localhost')
  expect(resolve('localhost')).toBe(first)
  expect(resolve('no-such-name.example')).not.toBe(first)
  expect(['127.0.0.1', '::1']).toContain((await first)[0])
  const later = resolve('localhost')
  expect(later).not.toBe(first)
  await Promise.allSettled([later, resolve('no-such-name.example')])
})

const failure = (request: http.ClientRequest): Promise<Error> =>
  new Promise((fail) => request.on('error', fail))
