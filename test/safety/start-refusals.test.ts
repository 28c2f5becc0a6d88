import { once } from 'node:events'
import { mkdtemp, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'
import { testVariables, type Variables } from '../setup/environment.ts'
import { removeDataDir } from '../setup/postgres.ts'
import { startProcess } from '../setup/process.ts'
import { hasRedis, startRedis } from '../setup/redis.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

/** Starts Ringback, which is to end by itself. @returns the last thing that it says */
async function refusalOf(variables: Variables): Promise<string> {
  const ringback = await startProcess(variables)
  onTestFinished(async () => void (await ringback.kill('SIGKILL')))
  expect(await ringback.ended, ringback.output()).toEqual({ code: 1, signal: null })
  const [, said] = ringback.output().split('Ringback does not start. ')
  expect(said, ringback.output()).toBeDefined()
  // An operator is told, not shown a stack.
  expect(ringback.output()).not.toMatch(/^\s+at /m)
  return said!
}

const withDatabase = (): Variables => ({ ...testVariables(), DATABASE_URL: database.url })

test('DATABASE_URL without a master key is refused, and told how to make one', async () => {
  const { RINGBACK_MASTER_KEY: _, ...variables } = withDatabase()
  expect(await refusalOf(variables)).toContain('openssl rand -base64 32')
})

test('TLS verification switched off is refused, and told how to trust an authority of its own', async () => {
  expect(await refusalOf({ ...withDatabase(), NODE_TLS_REJECT_UNAUTHORIZED: '0' })).toMatch(
    /Unset it; .* NODE_EXTRA_CA_CERTS/,
  )
})

test('settings that cannot be read are refused, all at once', async () => {
  const refusal = await refusalOf({
    ...withDatabase(),
    RINGBACK_EGRESS_ALLOW: '10.0.0.0/8,10.1.0.0/33',
    RINGBACK_EGRESS_PROXY: 'socks5://proxy',
    RINGBACK_CONCURRENCY: '0',
    RINGBACK_MASTER_KEY: 'c2hvcnQ=',
    RINGBACK_REQIRE_HTTPS: 'true',
  })
  expect(refusal).toMatch(/RINGBACK_EGRESS_ALLOW: must be CIDRs such as/)
  expect(refusal).toMatch(/RINGBACK_EGRESS_PROXY: must be a URL such as/)
  expect(refusal).toMatch(/RINGBACK_CONCURRENCY: must be between/)
  expect(refusal).toMatch(/RINGBACK_MASTER_KEY: .* holds 5 bytes instead of 32/)
  expect(refusal).toMatch(/RINGBACK_REQIRE_HTTPS is not a variable/)
})

test.skipIf(!hasRedis)('a Redis that evicts is refused, and told what to set there', async () => {
  const redis = await startRedis({ args: ['--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru'] })
  onTestFinished(() => redis.stop())
  expect(await refusalOf({ ...withDatabase(), REDIS_URL: redis.url })).toContain(
    'CONFIG SET maxmemory-policy noeviction',
  )
})

test.skipIf(!hasRedis)(
  'a Redis that does not let us in is refused, and told where its password goes',
  async () => {
    const redis = await startRedis({ args: ['--requirepass', 'swordfish'] })
    onTestFinished(() => redis.stop())
    expect(await refusalOf({ ...withDatabase(), REDIS_URL: redis.url })).toContain('password in REDIS_URL')
  },
)

test('a Postgres that is away, or has no such database, is refused without the password being told', async () => {
  for (const [host, cause] of [
    ['127.0.0.1:4', /ECONNREFUSED/],
    [new URL(database.url).host, /password authentication failed|does not exist/],
  ] as const) {
    const url = `postgres://nobody:hunter2hunter2@${host}/nothing`
    const refusal = await refusalOf({ ...withDatabase(), DATABASE_URL: url })
    expect(refusal).toMatch(cause)
    expect(refusal).toContain('DATABASE_URL')
    expect(refusal).not.toContain('hunter2')
  }
})

test('a port that is taken is refused, and told how to choose another', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  onTestFinished(() => void other.close())
  const { port } = other.address() as AddressInfo
  expect(await refusalOf({ ...withDatabase(), PORT: `${port}` })).toMatch(
    new RegExp(`port ${port}: something else does. Stop it, or set PORT`),
  )
})

test('an address that is not of this machine is refused', async () => {
  expect(await refusalOf({ ...withDatabase(), HOST: '192.0.2.1' })).toContain('Set HOST to one that it has')
})

test('a data directory that another Ringback has is refused, and the other is named and stays', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'ringback-refusal-'))
  const { RINGBACK_MASTER_KEY: _, ...variables }: Variables = {
    ...testVariables(),
    RINGBACK_DATA_DIR: dataDir,
  }
  const first = await startProcess(variables)
  onTestFinished(async () => {
    await first.kill('SIGTERM')
    await removeDataDir(dataDir)
  })
  await first.waitReady()
  expect(await refusalOf(variables)).toMatch(
    /Another Ringback, process \d+, has the data directory .* Stop it first/,
  )
  expect((await fetch(new URL('readyz', first.url))).status).toBe(200)
})

test('keys that were tampered with are refused, and told to be restored', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'ringback-refusal-'))
  onTestFinished(() => removeDataDir(dataDir))
  await writeFile(join(dataDir, 'keys.json'), '{}')
  const { RINGBACK_MASTER_KEY: _, ...variables }: Variables = {
    ...testVariables(),
    RINGBACK_DATA_DIR: dataDir,
  }
  expect(await refusalOf(variables)).toContain('Restore it from a backup')
})
