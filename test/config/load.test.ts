import pg from 'pg'
import { expect, test } from 'vitest'
import { type Environment, loadConfig } from '../../src/config/load.ts'
import { configurationReference, redactedSummary } from '../../src/config/reference.ts'
import { settingsOf } from '../../src/config/settings.ts'
import { VARIABLES } from '../../src/config/variables.ts'
import { StartRefused } from '../../src/errors.ts'

const MASTER_KEY = Buffer.alloc(32, 7).toString('base64')

/** What a start with this environment is refused for. */
function refusalOf(env: Environment): string {
  try {
    loadConfig(env)
  } catch (error) {
    if (error instanceof StartRefused) return error.message
    throw error
  }
  throw new Error('The start was not refused.')
}

test('an empty environment is a complete configuration', () => {
  expect(loadConfig({})).toEqual({
    port: 4600,
    host: '127.0.0.1',
    publicUrl: undefined,
    basePath: '',
    portalFrameAncestors: [],
    databaseUrl: undefined,
    databaseDirectUrl: undefined,
    databaseReadUrl: undefined,
    redisUrl: undefined,
    queueShards: 1,
    dataDir: '.ringback',
    adminKey: undefined,
    masterKeys: undefined,
    roles: ['api', 'worker', 'upkeep'],
    egressAllow: [],
    egressProxy: undefined,
    requireHttps: true,
    concurrency: 100,
    strictEventTypes: false,
    holdDays: 30,
    eventDays: 90,
    attemptDays: 30,
    payloadDays: null,
    statsDays: 400,
    auditDays: 365,
    rateLimits: {
      key: null,
      portal: { count: 600, seconds: 60 },
      tenant: null,
      address: { count: 100, seconds: 60 },
    },
    trustedProxies: 0,
    caps: { endpoints: 1_000, apiKeys: 100, portalSessions: 10_000, recoveries: 10 },
    drainSeconds: 6,
    shutdownSeconds: 35,
    brandName: 'Ringback',
    brandLogo: undefined,
    brandLogoDark: undefined,
    brandColor: undefined,
    theme: 'auto',
    logLevel: 'info',
    logSample: 0,
    metricsPort: undefined,
    tracing: 'off',
    sendTraceparent: true,
    settings: settingsOf({}),
  })
})

test('traces are made where OpenTelemetry is told where to send them, unless Ringback is told otherwise', () => {
  const target = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }
  expect(loadConfig(target).tracing).toBe('wanted')
  expect(loadConfig({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://collector:4318' }).tracing).toBe('wanted')
  expect(loadConfig({ ...target, OTEL_SDK_DISABLED: 'true' }).tracing).toBe('off')
  expect(loadConfig({ ...target, RINGBACK_TRACING: 'off' }).tracing).toBe('off')
  expect(loadConfig({ RINGBACK_TRACING: 'on' }).tracing).toBe('required')
})

test.each(['2', '-1', '1.5', '1e-3', 'half'])('a sample of %s is refused', (share) => {
  expect(() => loadConfig({ RINGBACK_LOG_SAMPLE: share })).toThrow(
    /RINGBACK_LOG_SAMPLE: must be a number from 0 to 1/,
  )
})

test('a variable that is set to nothing is as one that is not set', () => {
  const empty = Object.fromEntries(Object.keys(VARIABLES).map((name) => [name, '']))
  expect(loadConfig(empty)).toEqual(loadConfig({}))
})

test('values are read as what they are', () => {
  const config = loadConfig({
    PORT: '0',
    RINGBACK_PUBLIC_URL: 'https://hooks.example/ringback/',
    DATABASE_URL: 'postgres://u:p@db/ringback',
    REDIS_URL: 'rediss://cache:6380',
    RINGBACK_MASTER_KEY: `${MASTER_KEY}, ${Buffer.alloc(32, 8).toString('base64')}`,
    RINGBACK_ROLES: 'worker, upkeep',
    RINGBACK_EGRESS_ALLOW: '10.1.0.0/16,fd00::/8',
    RINGBACK_REQUIRE_HTTPS: 'false',
  })
  expect(config).toMatchObject({
    port: 0,
    publicUrl: 'https://hooks.example/ringback',
    roles: ['worker', 'upkeep'],
    egressAllow: ['10.1.0.0/16', 'fd00::/8'],
    requireHttps: false,
    masterKeys: [Buffer.alloc(32, 7), Buffer.alloc(32, 8)],
  })
})

test('all faults are told at once', () => {
  const refusal = refusalOf({
    PORT: '70000',
    RINGBACK_CONCURRENCY: 'many',
    RINGBACK_ROLES: 'api,cook',
    RINGBACK_ADMIN_KEY: 'short',
    RINGBACK_EGRESS_ALLOW: '10.0.0.0',
    REDIS_URL: 'http://cache',
    RINGBACK_EGRESS_PROXY: 'socks5://proxy:1080',
  })
  const names = [
    'RINGBACK_EGRESS_PROXY',
    'PORT',
    'RINGBACK_CONCURRENCY',
    'RINGBACK_ROLES',
    'RINGBACK_ADMIN_KEY',
    'RINGBACK_EGRESS_ALLOW',
    'REDIS_URL',
  ]
  for (const name of names) expect(refusal).toMatch(new RegExp(`^ {2}- ${name}\\W+must `, 'm'))
})

test('a misspelt RINGBACK_ name is a fault, since somebody believes it to be on', () => {
  expect(refusalOf({ RINGBACK_REQUIRE_HTTP: 'true' })).toContain('RINGBACK_REQUIRE_HTTP is not a variable')
})

test('names of others are let be', () => {
  expect(() => loadConfig({ PATH: '/bin', NODE_ENV: 'production', RINGBACKUP: 'x' })).not.toThrow()
})

test('a queue in Postgres has one shard', () => {
  expect(refusalOf({ RINGBACK_QUEUE_SHARDS: '8' })).toContain('RINGBACK_QUEUE_SHARDS needs REDIS_URL')
  expect(loadConfig({ RINGBACK_QUEUE_SHARDS: '8', REDIS_URL: 'redis://cache' }).queueShards).toBe(8)
})

test('DATABASE_URL without a master key refuses to start', () => {
  const env = { DATABASE_URL: 'postgres://db/ringback' }
  expect(refusalOf(env)).toContain('RINGBACK_MASTER_KEY must be set')
  expect(() => loadConfig({ ...env, RINGBACK_MASTER_KEY: MASTER_KEY })).not.toThrow()
})

test('TLS verification switched off refuses to start', () => {
  expect(refusalOf({ NODE_TLS_REJECT_UNAUTHORIZED: '0' })).toContain('NODE_TLS_REJECT_UNAUTHORIZED=0')
  expect(() => loadConfig({ NODE_TLS_REJECT_UNAUTHORIZED: '1' })).not.toThrow()
})

const database = (query: string, env: Environment = {}) => ({
  DATABASE_URL: `postgres://u:p@db/ringback${query}`,
  RINGBACK_MASTER_KEY: MASTER_KEY,
  ...env,
})

test.each([
  '?sslmode=no-verify',
  '?application_name=x&sslmode=no%2Dverify',
  '?ssl=no-verify',
  '?uselibpqcompat=true&sslmode=require',
  '?sslmode=prefer&uselibpqcompat=true',
])('a Postgres that may be anybody refuses to start: %s', (query) => {
  const { DATABASE_URL } = database(query)
  // The driver would take any certificate: what is refused here is what it does.
  expect(new pg.Client(DATABASE_URL)).toMatchObject({ ssl: { rejectUnauthorized: false } })
  const refusal = refusalOf(database(query))
  expect(refusal).toMatch(/DATABASE_URL says .* trusts any server\. Say sslmode=verify-full alone/)
  expect(refusal).not.toContain('u:p@')
})

test('a Postgres that may be anybody by the environment refuses to start', () => {
  expect(refusalOf(database('', { PGSSLMODE: 'no-verify' }))).toContain('PGSSLMODE=no-verify')
  expect(() => loadConfig(database('', { PGSSLMODE: 'verify-full' }))).not.toThrow()
})

test.each(['', '?sslmode=disable', '?sslmode=require', '?sslmode=verify-full', '?ssl=true'])(
  'a Postgres that is verified, or without TLS, starts: %s',
  (query) => expect(() => loadConfig(database(query))).not.toThrow(),
)

test('an admin key that no client could send is refused, and any other is taken', () => {
  const key = 'k'.repeat(32)
  for (const text of [` ${key}`, `${key} `, `${key}\n`, `${key}\n${key}`, `${key}\u0000${key}`])
    expect(refusalOf({ RINGBACK_ADMIN_KEY: text })).toContain('RINGBACK_ADMIN_KEY: must not begin or end')
  for (const text of [key, `${key} ${key}`, 'ä'.repeat(32), '鍵'.repeat(32)])
    expect(loadConfig({ RINGBACK_ADMIN_KEY: text }).adminKey).toBe(text)
})

test('a forward proxy is a plain URL of a host', () => {
  for (const url of ['http://proxy:3128', 'http://u:p%40ss@10.0.0.1', 'http://[fd00::1]:3128/'])
    expect(loadConfig({ RINGBACK_EGRESS_PROXY: url }).egressProxy).toBe(url)
  for (const url of [
    'proxy:3128',
    'https://proxy',
    'http://proxy/path',
    'http://proxy?a',
    'http://u:%zz@proxy',
  ])
    expect(refusalOf({ RINGBACK_EGRESS_PROXY: url }), url).toContain('RINGBACK_EGRESS_PROXY')
})

test('a rate limit is off, or so many requests in so many seconds', () => {
  const limitOf = (text: string) => loadConfig({ RINGBACK_RATE_LIMIT_KEY: text }).rateLimits.key
  expect(limitOf('off')).toBeNull()
  expect(limitOf('1/1')).toEqual({ count: 1, seconds: 1 })
  expect(limitOf('1000000/3600')).toEqual({ count: 1_000_000, seconds: 3_600 })
  for (const text of [
    '100',
    '0/1',
    '1/0',
    '1000001/1',
    '1/3601',
    '-1/1',
    '1.5/1',
    '1/1s',
    ' 1/1',
    '1/1/1',
    'none',
  ])
    expect(refusalOf({ RINGBACK_RATE_LIMIT_KEY: text }), text).toContain(
      'RINGBACK_RATE_LIMIT_KEY: must be off, or',
    )
})

const SECRETS = {
  RINGBACK_EGRESS_PROXY: 'http://ring:open-sesame-1@proxy:3128',
  DATABASE_URL: 'postgres://someone:hunter2hunter2@db/ringback',
  REDIS_URL: 'redis://:swordfish99@cache',
  RINGBACK_ADMIN_KEY: 'a-key-that-may-do-everything-0123456789',
  RINGBACK_MASTER_KEY: MASTER_KEY,
}
const parts = [...Object.values(SECRETS), 'hunter2hunter2', 'swordfish99', 'open-sesame-1']

test('the summary of a start says which secrets are set, and not what they are', () => {
  const summary = redactedSummary(SECRETS)
  for (const name of Object.keys(SECRETS)) expect(summary[name]).toBe('set')
  for (const part of parts) expect(JSON.stringify(summary)).not.toContain(part)
  expect(redactedSummary({})).toMatchObject({ DATABASE_URL: 'unset', PORT: '4600' })
})

test('what can be looked at of the settings holds each with its sentence, and no secret', () => {
  const { settings } = loadConfig({ ...SECRETS, PORT: '80' })
  expect(settings.map(({ name }) => name)).toEqual(Object.keys(VARIABLES))
  expect(settings).toContainEqual(
    expect.objectContaining({ name: 'PORT', value: '80', default: '4600', isSet: true }),
  )
  expect(settings).toContainEqual(
    expect.objectContaining({ name: 'HOST', value: '127.0.0.1', isSet: false, isSecret: false }),
  )
  for (const part of parts) expect(JSON.stringify(settings)).not.toContain(part)
})

test('a refusal does not repeat the value of a secret', () => {
  const broken = Object.fromEntries(
    Object.entries(SECRETS).map(([name, text]) => [name, `${text}`.slice(0, 31)]),
  )
  const refusal = refusalOf({ ...broken, DATABASE_URL: `mysql://${SECRETS.DATABASE_URL}` })
  for (const part of ['hunter2', 'a-key-that', MASTER_KEY.slice(0, 12)]) expect(refusal).not.toContain(part)
})

test('the reference has a row for every variable', () => {
  const reference = configurationReference()
  for (const name of Object.keys(VARIABLES)) expect(reference).toContain(`| \`${name}\` |`)
})
