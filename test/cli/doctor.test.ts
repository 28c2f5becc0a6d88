import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { checkClock, readClock } from '../../src/cli/doctor/clocks.ts'
import { judgeDisk } from '../../src/cli/doctor/disk.ts'
import type { Finding } from '../../src/cli/doctor/finding.ts'
import { checkRuntime } from '../../src/cli/doctor/settings.ts'
import { LOOPBACK } from '../setup/environment.ts'
import { freePort } from '../setup/free-port.ts'
import { databaseUrl } from '../setup/global.ts'
import { hasPgbouncer, startPgbouncer } from '../setup/pgbouncer.ts'
import { removeDataDir } from '../setup/postgres.ts'
import { type Receiver, startReceiver } from '../setup/receiver.ts'
import { hasRedis, startRedis } from '../setup/redis.ts'
import { startRingback, type TestRingback } from '../setup/server.ts'
import { until } from '../setup/until.ts'
import { ringback, startCommand } from './command.ts'

const masterKey = randomBytes(32).toString('base64')

let server: TestRingback
let hook: Receiver
let variables: Record<string, string>
beforeAll(async () => {
  server = await startRingback({ variables: { RINGBACK_MASTER_KEY: masterKey } })
  variables = { DATABASE_URL: server.database.url, RINGBACK_MASTER_KEY: masterKey, ...LOOPBACK }
  await server.api('PUT', '/v1/tenants/acme', {})
  hook = await startReceiver()
  await server.api('POST', '/v1/tenants/acme/endpoints', {
    url: hook.url,
    headers: { authorization: 'Bearer x' },
  })
})
afterAll(async () => {
  await server.stop()
  await hook.close()
})

/** What the doctor finds, with these variables besides. */
async function examine(more: Record<string, string> = {}, cwd?: string) {
  const { code, stdout } = await ringback(['doctor', '--json'], {
    variables: { ...variables, ...more },
    ...(cwd && { cwd }),
  })
  const findings = JSON.parse(stdout) as Finding[]
  const bad = findings.filter(({ status }) => status === 'failure')
  expect(code).toBe(bad.length > 0 ? 1 : 0)
  for (const { status, cure } of findings)
    if (status === 'failure' || status === 'warning') expect(cure).toBeTruthy()
  return { findings, bad }
}

/** Whatever is not well, but that the tests' Postgres does not wait for its disk, and that callbacks may go to loopback. */
const troubles = (findings: readonly Finding[]) =>
  findings.filter(({ check, status }) => status !== 'ok' && check !== 'durability' && check !== 'egress')

describe('the doctor', () => {
  it('finds nothing wrong with an installation that is well, and ends with 0', async () => {
    const { findings } = await examine()
    expect(troubles(findings)).toEqual([])
    const checks = [
      'postgres',
      'durability',
      'connections',
      'clock',
      'migrations',
      'queue tables',
      'partitions',
      'sealed secrets',
      'sealed headers',
      'way out',
    ]
    expect(findings.map(({ check }) => check)).toEqual(expect.arrayContaining(checks))
  })

  it('writes for people too, each finding with its cure', async () => {
    const { stdout, code } = await ringback(['doctor'], { variables: { ...variables, PORT: 'x' } })
    expect(code).toBe(1)
    expect(stdout).toMatch(/failure {2}settings +PORT: .*\n +-> Correct it/)
  })

  it('finds every fault of the settings', async () => {
    const { bad } = await examine({ PORT: 'many', RINGBACK_ROLLS: 'api' })
    expect(bad.map(({ says }) => says.split(/[: ]/)[0])).toEqual(['PORT', 'RINGBACK_ROLLS'])
  })

  it('finds a Postgres that is not there', async () => {
    const { bad } = await examine({ DATABASE_URL: `postgres://x:secret@127.0.0.1:${await freePort()}/x` })
    expect(bad).toMatchObject([{ check: 'postgres' }])
    expect(JSON.stringify(bad)).not.toContain('secret')
  })

  it.skipIf(!hasPgbouncer)(
    'finds that there is a pooler and no address past it, and looks at both',
    async () => {
      const { url } = server.database
      const bouncer = await startPgbouncer(url, 2)
      const alone = await examine({ DATABASE_URL: bouncer.url })
      const both = await examine({ DATABASE_URL: bouncer.url, RINGBACK_DATABASE_DIRECT_URL: url })
      const elsewhere = new URL(bouncer.url)
      elsewhere.pathname = '/template1'
      const apart = await examine({ DATABASE_URL: elsewhere.href, RINGBACK_DATABASE_DIRECT_URL: url })
      await bouncer.stop()
      const gone = await examine({ DATABASE_URL: bouncer.url, RINGBACK_DATABASE_DIRECT_URL: url })
      expect(alone.bad).toMatchObject([
        { check: 'pooler', says: expect.stringContaining('no address past it') },
      ])
      expect(both.bad).toEqual([])
      expect(both.findings).toContainEqual(expect.objectContaining({ check: 'pooler', status: 'ok' }))
      expect(apart.bad).toMatchObject([
        { check: 'pooler', says: expect.stringContaining('different databases') },
      ])
      expect(gone.bad).toMatchObject([
        { check: 'pooler', says: expect.stringContaining('does not let us in') },
      ])
    },
  )

  it('looks at the replica, without which it goes too', async () => {
    const replica = async (url: string) => {
      const { findings, bad } = await examine({ RINGBACK_DATABASE_READ_URL: url })
      expect(bad).toEqual([])
      return findings.find(({ check }) => check === 'replica')
    }
    expect(await replica(server.database.url)).toMatchObject({ status: 'ok', says: 'It is 0.0 s behind.' })
    expect(await replica(databaseUrl(inject('postgresUrl'), 'template1'))).toMatchObject({
      status: 'warning',
      says: 'It has no tables of Ringback.',
    })
    const nowhere = `postgres://x:secret@127.0.0.1:${await freePort()}/x`
    expect(await replica(nowhere)).toMatchObject({
      status: 'warning',
      says: expect.stringContaining('does not let us in'),
    })
  })

  it('finds that no receiver can be reached, and minds less when some can', async () => {
    const wayOut = async (more: Record<string, string> = {}) => {
      const { findings } = await examine(more)
      return findings.find(({ check }) => check === 'way out')
    }
    const { id } = await server.api<{ id: string }>('POST', '/v1/tenants/acme/endpoints', {
      url: `http://127.0.0.1:${await freePort()}`,
    })
    expect(await wayOut()).toMatchObject({
      status: 'warning',
      says: '1 of 2 receivers take a connection (connect_refused 1).',
    })
    await server.api('DELETE', `/v1/tenants/acme/endpoints/${id}`)
    expect(await wayOut()).toMatchObject({ status: 'ok' })
    await hook.close()
    expect(await wayOut()).toMatchObject({ status: 'warning', says: expect.stringContaining('0 of 1') })
    const others = await Promise.all(
      [1, 2].map(async () =>
        server.api<{ id: string }>('POST', '/v1/tenants/acme/endpoints', {
          url: `http://127.0.0.1:${await freePort()}`,
        }),
      ),
    )
    expect(await wayOut()).toMatchObject({ status: 'failure', cure: expect.stringContaining('firewall') })
    for (const other of others) await server.api('DELETE', `/v1/tenants/acme/endpoints/${other.id}`)
    await hook.open()
    expect(await wayOut({ RINGBACK_EGRESS_ALLOW: '' })).toMatchObject({
      status: 'failure',
      says: '0 of 1 receivers take a connection (address_not_allowed 1).',
      cure: expect.stringContaining('RINGBACK_EGRESS_ALLOW'),
    })
  })

  it('finds a database that was not migrated', async () => {
    const { bad } = await examine({ DATABASE_URL: databaseUrl(inject('postgresUrl'), 'template1') })
    expect(bad.map(({ check }) => check)).toEqual(['migrations', 'queue tables'])
  })

  it('finds a database that a newer version has migrated', async () => {
    const { pool } = server.database
    await pool.query(`insert into ringback.migrations (hash, created_at) values ('newer', 9999999999999)`)
    const { bad } = await examine()
    await pool.query(`delete from ringback.migrations where hash = 'newer'`)
    expect(bad).toMatchObject([{ check: 'migrations' }])
  })

  it('warns of a Postgres that does not wait for its disk, which the server or the role may say', async () => {
    const durability = async (url: string) => {
      const { findings } = await examine({ DATABASE_URL: url })
      return findings.find(({ check }) => check === 'durability')!
    }
    const { url } = server.database
    expect(await durability(url)).toMatchObject({
      status: 'warning',
      says: expect.stringContaining('fsync and synchronous_commit'),
    })
    const waiting = new URL(url)
    waiting.searchParams.set('options', '-c synchronous_commit=on')
    expect((await durability(waiting.href)).says).not.toContain('synchronous_commit')
  })

  it('warns of a Postgres that has no room for one more process', async () => {
    const { pool } = server.database
    const crowd: pg.Client[] = []
    const found = await until(
      async () => {
        // Other tests come and go on this server.
        const { rows } = await pool.query<{ free: number }>(
          `select current_setting('max_connections')::int - count(*)::int as free from pg_stat_activity`,
        )
        const more = Array.from(
          { length: Math.max(0, rows[0]!.free - 12) },
          () => new pg.Client({ connectionString: server.database.url }),
        )
        await Promise.all(more.map((client) => client.connect()))
        crowd.push(...more)
        const { findings } = await examine()
        return findings.find(({ check }) => check === 'connections')
      },
      (finding) => finding?.status === 'warning',
      'a server without room to be warned of',
      60_000,
    )
    await Promise.all(crowd.map((client) => client.end()))
    expect(found?.cure).toContain('max_connections')
  })

  it('finds that the master key is not the one that has sealed the secrets and headers', async () => {
    const other = randomBytes(32).toString('base64')
    const { bad } = await examine({ RINGBACK_MASTER_KEY: other })
    expect(bad.map(({ check }) => check)).toEqual(['sealed secrets', 'sealed headers'])
    const { findings, bad: none } = await examine({ RINGBACK_MASTER_KEY: `${other},${masterKey}` })
    expect(none).toEqual([])
    expect(troubles(findings).map(({ check }) => check)).toEqual(['sealed secrets', 'sealed headers'])
  })

  it('finds that there is no room for what happens next', async () => {
    const { pool } = server.database
    const { rows } = await pool.query<{ name: string }>(
      `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'ringback.attempts'::regclass order by 1`,
    )
    // The last week but one ago, this one, and four ahead.
    await pool.query(
      `drop table ${rows
        .slice(2)
        .map(({ name }) => name)
        .join(', ')}`,
    )
    const warned = await examine()
    expect(warned.findings.find(({ check }) => check === 'partitions')).toMatchObject({ status: 'warning' })
    await pool.query(`drop table ${rows[1]!.name}`)
    const { bad } = await examine()
    expect(bad).toMatchObject([{ check: 'partitions' }])
    expect((await ringback(['migrate'], { variables })).code).toBe(0)
    expect((await examine()).bad).toEqual([])
  })

  it('warns of settings that let callbacks inside', async () => {
    const { findings, bad } = await examine({
      RINGBACK_EGRESS_ALLOW: '0.0.0.0/0',
      RINGBACK_REQUIRE_HTTPS: 'false',
    })
    expect(bad).toEqual([])
    const egress = findings.filter(({ check }) => check === 'egress')
    expect(egress.map(({ status }) => status)).toEqual(['warning', 'warning'])
  })

  it('finds a forward proxy that is not there', async () => {
    const { bad } = await examine({ RINGBACK_EGRESS_PROXY: `http://127.0.0.1:${await freePort()}` })
    expect(bad).toMatchObject([{ check: 'egress proxy' }])
  })

  it('finds a Redis that is not there', async () => {
    const { bad } = await examine({ REDIS_URL: `redis://127.0.0.1:${await freePort()}` })
    expect(bad).toMatchObject([{ check: 'redis' }])
  })

  it.skipIf(!hasRedis)('finds a Redis that throws jobs away, and none with one that does not', async () => {
    const evicting = await startRedis({ args: ['--maxmemory-policy', 'allkeys-lru'] })
    const { bad } = await examine({ REDIS_URL: evicting.url })
    await evicting.stop()
    expect(bad).toMatchObject([{ check: 'redis', says: expect.stringContaining('allkeys-lru') }])

    const good = await startRedis()
    const { findings } = await examine({ REDIS_URL: good.url })
    await good.stop()
    expect(troubles(findings)).toEqual([])
    expect(findings.filter(({ check }) => check === 'clock')).toHaveLength(2)
  })
})

it('clocks that are apart are told, and which is ahead', async () => {
  const theirs = (aheadMs: number) =>
    readClock(
      'Postgres',
      async () => 50_000 + aheadMs,
      () => 50_000,
    )
  expect(checkClock(await theirs(20))).toMatchObject({ status: 'ok' })
  expect(checkClock(await theirs(-3_000))).toMatchObject({
    status: 'warning',
    says: expect.stringContaining('3.000 s behind'),
  })
  expect(checkClock(await theirs(120_000))).toMatchObject({
    status: 'failure',
    says: expect.stringContaining('ahead of'),
  })
})

it('a Node that is too old is told', () => {
  expect(checkRuntime().status).toBe('ok')
  expect(checkRuntime('20.19.0').status).toBe('ok')
  expect(checkRuntime('26.0.1').status).toBe('ok')
  expect(checkRuntime('20.9.0')).toMatchObject({ status: 'failure', says: 'Node 20.9.0.' })
  expect(checkRuntime('18.20.4').status).toBe('failure')
})

it('a disk that is nearly full is told', () => {
  expect(judgeDisk('/data', 50 * 2 ** 30).status).toBe('ok')
  expect(judgeDisk('/data', 2 ** 30).status).toBe('warning')
  expect(judgeDisk('/data', 2 ** 20).status).toBe('failure')
})

describe('with the embedded database', () => {
  let folder: string
  const dataDir = () => join(folder, '.ringback')
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ringback-cli-'))
  })
  afterAll(async () => {
    await removeDataDir(dataDir())
    await rm(folder, { recursive: true, force: true })
  })

  async function look() {
    const { code, stdout } = await ringback(['doctor', '--json'], { cwd: folder })
    return { code, findings: JSON.parse(stdout) as Finding[] }
  }

  it('makes nothing where nothing is, and looks into one that runs and one that does not', async () => {
    expect((await look()).findings).toContainEqual(
      expect.objectContaining({ check: 'postgres', status: 'skipped' }),
    )
    const { stdout } = await ringback(['migrate', '--plan'], { cwd: folder })
    expect(stdout).toContain('There is no database yet')
    expect(existsSync(dataDir())).toBe(false)

    const dev = startCommand(['dev', '--port', '0', '--json'], { cwd: folder })
    await dev.waitFor('"key"', 60_000)
    const whileItRuns = await look()
    expect(whileItRuns.findings.filter(({ status }) => status !== 'ok')).toEqual([])
    expect(whileItRuns.findings.map(({ check }) => check)).toContain('disk')
    dev.kill('SIGTERM')
    expect((await dev.ended).code).toBe(0)

    const afterwards = await look()
    expect(afterwards.code).toBe(0)
    expect(afterwards.findings.map(({ check }) => check)).toContain('sealed secrets')

    await rename(join(dataDir(), 'keys.json'), join(folder, 'keys.json'))
    const without = await look()
    expect(without.findings.find(({ status }) => status === 'failure')).toMatchObject({ check: 'master key' })
    expect(existsSync(join(dataDir(), 'keys.json'))).toBe(false)
  }, 120_000)
})

describe('migrate', () => {
  const name = `migrated_${randomBytes(6).toString('hex')}`
  const url = () => databaseUrl(inject('postgresUrl'), name)
  async function administer(statement: string) {
    const client = new pg.Client({ connectionString: inject('postgresUrl') })
    await client.connect()
    await client.query(statement)
    await client.end()
  }
  beforeAll(() => administer(`create database ${name}`))
  afterAll(() => administer(`drop database ${name} with (force)`))

  it('says what it would do, does it, and then has nothing to do', async () => {
    const options = { variables: { ...variables, DATABASE_URL: url() } }
    const run = async (...args: string[]) => {
      const { code, stdout } = await ringback(['migrate', '--json', ...args], options)
      expect(code).toBe(0)
      return JSON.parse(stdout) as { pending: string[]; queuePending: number; applied: boolean }
    }
    const plan = await run('--plan')
    expect(plan).toMatchObject({ pending: ['0000_first'], applied: false })
    expect(plan.queuePending).toBeGreaterThan(0)
    expect(await run('--plan')).toEqual(plan)
    expect(await run()).toEqual({ ...plan, applied: true })
    expect(await run('--plan')).toEqual({ pending: [], queuePending: 0, applied: false })
    expect((await examine({ DATABASE_URL: url() })).bad).toEqual([])
  })

  it('ends with 1 where Postgres is not there', async () => {
    const nowhere = { ...variables, DATABASE_URL: `postgres://x@127.0.0.1:${await freePort()}/x` }
    expect((await ringback(['migrate'], { variables: nowhere })).code).toBe(1)
  })
})
