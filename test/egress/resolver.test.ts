import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { NetworkInterfaceInfo } from 'node:os'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { ipFamilies } from '../../src/egress/ip-families.ts'
import { createSystemResolver, type SystemResolverOptions } from '../../src/egress/system-resolver.ts'
import { connectProxy } from './connect-proxy.ts'
import { loopbackEgress, post } from './loopback.ts'
import { type NameServer, nameServer, type Question, type Reply } from './name-server.ts'
import { OK, receiver } from './receiver.ts'

const GOOD = 'hooks.example.com'

/** A resolver that asks this server for both families, and no file of the machine. */
const resolverOf = (server: NameServer, options: Partial<SystemResolverOptions> = {}) =>
  createSystemResolver({
    clock: { now: () => 0 },
    limitMs: 60_000,
    servers: [server.address],
    families: [4, 6],
    hostsFile: join(tmpdir(), 'no-such-hosts-file'),
    ...options,
  })

/** A server that says the same of every name. */
const saying = (replies: Record<Question['type'], Reply>) => nameServer(({ type }) => replies[type])

test('a hundred names whose server is silent hold up the look-ups of no other', async () => {
  const server = await nameServer(({ name, type }) => {
    if (name.startsWith('silent')) return 'silence'
    return type === 'A' ? ['192.0.2.1'] : []
  })
  const resolve = resolverOf(server, { limitMs: 5_000 })
  const silent = Array.from({ length: 100 }, (_, i) => resolve(`silent-${i}.example.com`))
  let ended = 0
  for (const lookup of silent)
    lookup.catch(() => {
      ended++
    })
  await server.asked(200)
  for (let i = 0; i < 100; i++) expect(await resolve(`good-${i}.example.com`)).toEqual(['192.0.2.1'])
  expect(ended).toBe(0)
  for (const lookup of await Promise.allSettled(silent))
    expect(lookup).toMatchObject({ status: 'rejected', reason: { code: 'ETIMEOUT' } })
})

test('a slow name has its time, however quickly others were answered before', async () => {
  const slow = 'slow.example.com'
  const server = await nameServer(({ name, type }) => {
    if (type === 'AAAA') return []
    return name === slow ? setTimeout(1_500, ['192.0.2.2']) : ['192.0.2.1']
  })
  const resolve = resolverOf(server)
  for (let i = 0; i < 20; i++) await resolve(`quick-${i}.example.com`)
  expect(await resolve(slow)).toEqual(['192.0.2.2'])
  expect(server.times(slow, 'A')).toBe(1)
})

test('the addresses of both families are given, in the order of the families', async () => {
  const server = await saying({ A: ['192.0.2.1', '192.0.2.2'], AAAA: ['2001:db8::1'] })
  expect(await resolverOf(server)(GOOD)).toEqual(['192.0.2.1', '192.0.2.2', '2001:db8::1'])
  expect(await resolverOf(server, { families: [6, 4] })(GOOD)).toEqual([
    '2001:db8::1',
    '192.0.2.1',
    '192.0.2.2',
  ])
})

test('a family that the machine does not have is not asked for', async () => {
  const server = await saying({ A: ['192.0.2.1'], AAAA: ['2001:db8::1'] })
  expect(await resolverOf(server, { families: [4] })(GOOD)).toEqual(['192.0.2.1'])
  expect(server.questions).toEqual([{ name: GOOD, type: 'A' }])
})

for (const [name, replies, told] of [
  ['has no address in one family', { A: [], AAAA: ['2001:db8::1'] }, ['2001:db8::1']],
  ['fails in one family', { A: ['192.0.2.1'], AAAA: 'SERVFAIL' }, ['192.0.2.1']],
  ['is refused in one family', { A: ['192.0.2.1'], AAAA: 'REFUSED' }, ['192.0.2.1']],
] as const) {
  test(`a name that ${name} has the addresses of the other`, async () => {
    expect(await resolverOf(await saying(replies))(GOOD)).toEqual(told)
  })
}

for (const [silent, replies] of [
  ['AAAA', { A: ['192.0.2.1'], AAAA: 'silence' }],
  ['A', { A: 'silence', AAAA: ['2001:db8::1'] }],
] as const) {
  test(`a name whose ${silent} is never answered has the addresses of the other before that is asked again`, async () => {
    const server = await saying(replies)
    expect(await resolverOf(server)(GOOD)).toEqual(silent === 'A' ? replies.AAAA : replies.A)
    expect(server.times(GOOD, silent)).toBe(1)
  })
}

for (const [replies, error, detail] of [
  [{ A: 'NXDOMAIN', AAAA: 'NXDOMAIN' }, 'dns_error', 'ENOTFOUND'],
  [{ A: [], AAAA: [] }, 'dns_error', 'ENODATA'],
  [{ A: 'SERVFAIL', AAAA: 'SERVFAIL' }, 'dns_error', 'ESERVFAIL'],
  [{ A: 'REFUSED', AAAA: 'REFUSED' }, 'dns_error', 'EREFUSED'],
  [{ A: [], AAAA: 'SERVFAIL' }, 'dns_error', 'ESERVFAIL'],
  [{ A: 'silence', AAAA: 'silence' }, 'dns_timeout', 'ETIMEOUT'],
  [{ A: 'silence', AAAA: [] }, 'dns_timeout', 'ETIMEOUT'],
] as const) {
  test(`A: ${replies.A.toString() || 'none'}, AAAA: ${replies.AAAA.toString() || 'none'} is a ${error}, ${detail}`, async () => {
    const resolve = resolverOf(await saying(replies), { limitMs: 200 })
    expect(await post(loopbackEgress({ resolve }), `http://${GOOD}/`)).toMatchObject({
      error,
      detail,
      response: null,
    })
  })
}

test('name servers that are all silent end as a time-out of their own where the limit is far', async () => {
  const server = await saying({ A: 'silence', AAAA: 'silence' })
  await expect(resolverOf(server)(GOOD)).rejects.toMatchObject({ code: 'ETIMEOUT' })
  expect(server.times(GOOD, 'A')).toBe(2)
})

test('a name server that is not there is a dns_error, and the next one is asked where there is one', async () => {
  const there = await saying({ A: ['127.0.0.1'], AAAA: [] })
  const hook = await receiver((socket) => socket.write(OK))
  const url = `http://${GOOD}:${hook.port}/`
  const gone = '127.0.0.1:1'
  const alone = resolverOf(there, { servers: [gone] })
  expect(await post(loopbackEgress({ resolve: alone }), url)).toMatchObject({
    error: 'dns_error',
    detail: 'ECONNREFUSED',
  })
  const both = resolverOf(there, { servers: [gone, there.address] })
  expect(await post(loopbackEgress({ resolve: both }), url)).toMatchObject({ response: { status: 200 } })
})

test('one bad address in either family refuses all', async () => {
  const hook = await receiver((socket) => socket.write(OK))
  for (const replies of [
    { A: ['127.0.0.1', '10.0.0.1'], AAAA: [] },
    { A: ['127.0.0.1'], AAAA: ['fd00::1'] },
  ]) {
    const resolve = resolverOf(await saying(replies))
    const outcome = await post(loopbackEgress({ resolve }), `http://${GOOD}:${hook.port}/`)
    expect(outcome.error).toBe('address_not_allowed')
  }
  expect(hook.connections).toHaveLength(0)
})

test('the hosts file is asked first, in any case of letters, and read again when it changed', async () => {
  const server = await saying({ A: ['192.0.2.9'], AAAA: [] })
  const path = hostsFile(
    '# ours\n192.0.2.1 Hooks.Example.com other # not.example.com\r\n2001:db8::1\tother\n',
  )
  let now = 0
  const resolve = resolverOf(server, { hostsFile: path, clock: { now: () => now } })
  expect(await resolve(GOOD)).toEqual(['192.0.2.1'])
  expect(await resolve('HOOKS.example.COM')).toEqual(['192.0.2.1'])
  expect(await resolve('other')).toEqual(['192.0.2.1', '2001:db8::1'])
  expect(server.questions).toEqual([])
  expect(await resolve('not.example.com')).toEqual(['192.0.2.9'])

  writeFileSync(path, '192.0.2.200 hooks.example.com\n')
  expect(await resolve(GOOD)).toEqual(['192.0.2.1'])
  now = 5_000
  expect(await resolve(GOOD)).toEqual(['192.0.2.200'])
  rmSync(path)
  now = 10_000
  expect(await resolve(GOOD)).toEqual(['192.0.2.9'])
})

test('an address of the hosts file is judged as one of DNS', async () => {
  const server = await saying({ A: 'NXDOMAIN', AAAA: 'NXDOMAIN' })
  const hook = await receiver((socket) => socket.write(OK))
  const path = hostsFile('127.0.0.1 good.example.com\n10.0.0.1 bad.example.com\n')
  const egress = loopbackEgress({ resolve: resolverOf(server, { hostsFile: path }) })
  expect(await post(egress, `http://good.example.com:${hook.port}/`)).toMatchObject({
    response: { status: 200 },
  })
  expect(await post(egress, `http://bad.example.com:${hook.port}/`)).toMatchObject({
    error: 'address_not_allowed',
  })
})

test('a forward proxy with a name is found in the same way, and may be private', async () => {
  const server = await nameServer(({ name, type }) =>
    name === 'proxy.example.com' && type === 'A' ? ['127.0.0.1'] : 'NXDOMAIN',
  )
  const proxy = await connectProxy()
  const hook = await receiver((socket) => socket.write(OK), '127.0.0.2')
  const egress = loopbackEgress({
    resolve: resolverOf(server),
    allow: ['127.0.0.2/32'],
    proxy: proxy.url.replace('127.0.0.1', 'proxy.example.com'),
  })
  expect(await post(egress, `http://127.0.0.2:${hook.port}/`)).toMatchObject({
    response: { status: 200 },
  })
  expect(server.times('proxy.example.com', 'A')).toBe(1)
})

test('the families are those of the addresses that lead out of the machine, global IPv6 first', () => {
  const has = (...addresses: string[]) =>
    ipFamilies({
      lo: [own('127.0.0.1', true), own('::1', true)],
      eth0: addresses.map((address) => own(address, false)),
    })
  expect(has()).toEqual([4, 6])
  expect(has('10.0.0.2')).toEqual([4])
  expect(has('10.0.0.2', 'fe80::1')).toEqual([4])
  expect(has('10.0.0.2', 'fd00::2')).toEqual([4, 6])
  expect(has('10.0.0.2', '2a01:4f8::2')).toEqual([6, 4])
  expect(has('2a01:4f8::2')).toEqual([6])
})

const own = (address: string, internal: boolean) =>
  ({ address, internal, family: address.includes(':') ? 'IPv6' : 'IPv4' }) as NetworkInterfaceInfo

function hostsFile(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'ringback-hosts-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'hosts')
  writeFileSync(path, text)
  return path
}
