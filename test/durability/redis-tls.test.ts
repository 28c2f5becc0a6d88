/** A Redis that speaks TLS alone and knows its users: what docs/redis.md says of both, against a real server. */
import { readFile } from 'node:fs/promises'
import { Redis } from 'ioredis'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { StartRefused } from '../../src/errors.ts'
import { openQueue } from '../../src/queue/open.ts'
import { silentLog } from '../../src/telemetry/log.ts'
import { schedule } from '../e2e/host.ts'
import { someJob } from '../queue/recorder.ts'
import { type Certificates, makeCertificates } from '../setup/certificates.ts'
import { freePort } from '../setup/free-port.ts'
import { hasRedis, startRedis } from '../setup/redis.ts'
import { openSite, TEST_WITHIN_MS, wellEnded } from './site.ts'
import { startWitness } from './witness.ts'

const EVENTS = 200
const PASSWORD = 'sesame-42'

/** What docs/redis.md tells an operator to allow. */
async function aclOfDocs(): Promise<string[]> {
  const page = await readFile(new URL('../../docs/redis.md', import.meta.url), 'utf8')
  const [, rules = ''] = /^ACL SETUSER ringback (.+)$/m.exec(page) ?? []
  return rules.replace('>PASSWORD', `>${PASSWORD}`).split(' ')
}

async function startGuarded() {
  const certificates: Certificates = await makeCertificates()
  onTestFinished(() => certificates.remove())
  const { authority, certificate, key } = certificates
  const port = await freePort()
  const tls = ['--tls-port', `${port}`, '--tls-cert-file', certificate, '--tls-key-file', key]
  const trust = ['--tls-ca-cert-file', authority, '--tls-auth-clients', 'no']
  const users = ['--user', 'default', 'off', '--user', 'ringback', ...(await aclOfDocs())]
  const redis = await startRedis({ args: ['--port', '0', ...tls, ...trust, ...users] })
  onTestFinished(() => redis.stop())
  const urlOf = (user: string) => `rediss://${user}@localhost:${port}`
  return { url: urlOf(`ringback:${PASSWORD}`), urlOf, authority }
}

describe.skipIf(!hasRedis)('a Redis with TLS and a user for Ringback', () => {
  test('carries every callback, with the rights that the docs name and no others', {
    timeout: TEST_WITHIN_MS,
  }, async () => {
    const { url, authority } = await startGuarded()
    const site = await openSite('postgres', { onTestFinished })
    const settings = { REDIS_URL: url, NODE_EXTRA_CA_CERTS: authority, RINGBACK_RATE_LIMIT_TENANT: '10000/1' }
    const witness = await startWitness({ status: 503, times: EVENTS / 4 }, { status: 204 })
    const api = await site.start('api', settings)
    const worker = await site.start('worker,upkeep', settings)
    const host = await site.createHost()
    await host.register(witness.url, { retry: schedule(1, 1, 1) })
    const accepted = await site.emit(host, EVENTS)
    expect(await site.judge(host, accepted, witness)).toEqual({ ...wellEnded(EVENTS), duplicates: 0 })
    for (const { output } of [api, worker]) expect(output()).not.toMatch(/NOPERM|"level":50/)

    const client = new Redis(url, { tls: { ca: await readFile(authority, 'utf8') } })
    onTestFinished(() => client.disconnect())
    for (const forbidden of [['GET', 'another-program'], ['FLUSHALL'], ['CONFIG', 'GET', '*'], ['KEYS', '*']])
      await expect(client.call(...(forbidden as [string, ...string[]]))).rejects.toThrow('NOPERM')
  })

  test('is not believed when nobody we trust vouches for it', async () => {
    const { url } = await startGuarded()
    const queue = await openQueue({ redisUrl: url }, silentLog)
    onTestFinished(() => queue.close())
    await vi.waitFor(() => expect(queue.add([someJob()])).rejects.toThrow(/self-signed certificate/))
  })
})

test.skipIf(!hasRedis)('a wrong password refuses the start and says so', async () => {
  const redis = await startRedis({ args: ['--user', 'ringback', 'on', `>${PASSWORD}`, '~*', '&*', '+@all'] })
  onTestFinished(() => redis.stop())
  const url = redis.url.replace('//', '//ringback:wrong@')
  await expect(openQueue({ redisUrl: url }, silentLog)).rejects.toThrow(StartRefused)
})
