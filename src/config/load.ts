import { StartRefused } from '../errors.ts'
import type { Rate } from '../rate.ts'
import { type Setting, settingsOf } from './settings.ts'
import { unverified } from './unverified.ts'
import { type Role, VARIABLES, type Variable, type VariableName } from './variables.ts'

/** The settings of a process, read once at start. */
export interface Config {
  port: number
  host: string
  /** Without a slash at its end. Absent: as each request names it. */
  publicUrl: string | undefined
  /** What the paths of requests begin with before ours, where a host has mounted us; empty: nothing. */
  basePath: string
  /** The origins whose pages may show the portal inside them. */
  portalFrameAncestors: readonly string[]
  /** Absent: the embedded Postgres. */
  databaseUrl: string | undefined
  /** Absent: the same, since no pooler stands before it. */
  databaseDirectUrl: string | undefined
  /** Absent: there is no replica. */
  databaseReadUrl: string | undefined
  /** Absent: the queue runs on Postgres. */
  redisUrl: string | undefined
  /** Of each lane; 1 on Postgres. */
  queueShards: number
  dataDir: string
  /** Absent: generated once and kept in the data directory. */
  adminKey: string | undefined
  /** The first seals, all open. Absent: generated once, with the embedded database only. */
  masterKeys: Buffer[] | undefined
  roles: readonly Role[]
  egressAllow: readonly string[]
  /** Absent: callbacks go out directly. */
  egressProxy: string | undefined
  requireHttps: boolean
  concurrency: number
  strictEventTypes: boolean
  holdDays: number
  eventDays: number
  attemptDays: number
  /** Null: data is kept as long as its event. */
  payloadDays: number | null
  statsDays: number
  auditDays: number
  /** Null: unlimited. */
  rateLimits: { key: Rate | null; portal: Rate | null; tenant: Rate | null; address: Rate | null }
  trustedProxies: number
  /** The most that one tenant may have. */
  caps: { endpoints: number; apiKeys: number; portalSessions: number; recoveries: number }
  drainSeconds: number
  shutdownSeconds: number
  brandName: string
  /** Absent: the name alone. */
  brandLogo: string | undefined
  /** Absent: the same logo on a dark ground. */
  brandLogoDark: string | undefined
  /** Absent: ours. */
  brandColor: string | undefined
  theme: 'auto' | 'light' | 'dark'
  logLevel: string
  /** The share of wide lines that is written. */
  logSample: number
  /** Absent: none. */
  metricsPort: number | undefined
  /** Whether spans are made: `wanted` if OpenTelemetry is there, `required` in any case. */
  tracing: 'off' | 'wanted' | 'required'
  sendTraceparent: boolean
  /** All of them as they were said, to be looked at; no secret is among their texts. */
  settings: readonly Setting[]
}

/** The environment as a process has it. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads the settings from the environment.
 * @throws StartRefused naming every fault at once: values out of range, misspelt `RINGBACK_` names, unsafe combinations
 */
export function loadConfig(env: Environment): Config {
  const faults: string[] = []

  function read<N extends VariableName>(name: N) {
    type Value = (typeof VARIABLES)[N] extends Variable<infer T> ? T : never
    const { schema, default: fallback } = VARIABLES[name] as unknown as Variable<Value>
    const text = env[name] || fallback
    if (text === null) return undefined
    const result = schema.safeParse(text)
    if (result.success) return result.data
    faults.push(`${name}: ${result.error.issues[0]?.message ?? 'cannot be read'}`)
    return undefined
  }

  // A variable with a default is never undefined unless it is faulty, and then nothing is returned at all.
  const config = {
    port: read('PORT')!,
    host: read('HOST')!,
    publicUrl: read('RINGBACK_PUBLIC_URL'),
    basePath: '',
    portalFrameAncestors: read('RINGBACK_PORTAL_FRAME_ANCESTORS')!,
    databaseUrl: read('DATABASE_URL'),
    databaseDirectUrl: read('RINGBACK_DATABASE_DIRECT_URL'),
    databaseReadUrl: read('RINGBACK_DATABASE_READ_URL'),
    redisUrl: read('REDIS_URL'),
    queueShards: read('RINGBACK_QUEUE_SHARDS')!,
    dataDir: read('RINGBACK_DATA_DIR')!,
    adminKey: read('RINGBACK_ADMIN_KEY'),
    masterKeys: read('RINGBACK_MASTER_KEY'),
    roles: read('RINGBACK_ROLES')!,
    egressAllow: read('RINGBACK_EGRESS_ALLOW')!,
    egressProxy: read('RINGBACK_EGRESS_PROXY'),
    requireHttps: read('RINGBACK_REQUIRE_HTTPS')!,
    concurrency: read('RINGBACK_CONCURRENCY')!,
    strictEventTypes: read('RINGBACK_STRICT_EVENT_TYPES')!,
    holdDays: read('RINGBACK_HOLD_DAYS')!,
    eventDays: read('RINGBACK_EVENT_DAYS')!,
    attemptDays: read('RINGBACK_ATTEMPT_DAYS')!,
    payloadDays: read('RINGBACK_PAYLOAD_DAYS') ?? null,
    statsDays: read('RINGBACK_STATS_DAYS')!,
    auditDays: read('RINGBACK_AUDIT_DAYS')!,
    rateLimits: {
      key: read('RINGBACK_RATE_LIMIT_KEY')!,
      portal: read('RINGBACK_RATE_LIMIT_PORTAL')!,
      tenant: read('RINGBACK_RATE_LIMIT_TENANT')!,
      address: read('RINGBACK_RATE_LIMIT_FAILED_AUTH')!,
    },
    trustedProxies: read('RINGBACK_TRUSTED_PROXIES')!,
    caps: {
      endpoints: read('RINGBACK_MAX_ENDPOINTS')!,
      apiKeys: read('RINGBACK_MAX_API_KEYS')!,
      portalSessions: read('RINGBACK_MAX_PORTAL_SESSIONS')!,
      recoveries: read('RINGBACK_MAX_RECOVERIES')!,
    },
    drainSeconds: read('RINGBACK_DRAIN_SECONDS')!,
    shutdownSeconds: read('RINGBACK_SHUTDOWN_SECONDS')!,
    brandName: read('RINGBACK_BRAND_NAME')!,
    brandLogo: read('RINGBACK_BRAND_LOGO'),
    brandLogoDark: read('RINGBACK_BRAND_LOGO_DARK'),
    brandColor: read('RINGBACK_BRAND_COLOR'),
    theme: read('RINGBACK_THEME')!,
    logLevel: read('RINGBACK_LOG_LEVEL')!,
    logSample: read('RINGBACK_LOG_SAMPLE')!,
    metricsPort: read('RINGBACK_METRICS_PORT'),
    tracing: tracingOf(read('RINGBACK_TRACING')!, env),
    sendTraceparent: read('RINGBACK_SEND_TRACEPARENT')!,
    settings: settingsOf(env),
  }

  if (config.queueShards > 1 && !config.redisUrl)
    faults.push('RINGBACK_QUEUE_SHARDS needs REDIS_URL: the queue in Postgres has one shard.')
  for (const name of ['RINGBACK_DATABASE_DIRECT_URL', 'RINGBACK_DATABASE_READ_URL'])
    if (env[name] && !env.DATABASE_URL) faults.push(`${name} needs DATABASE_URL, whose database it leads to.`)
  faults.push(...misspelt(env), ...unsafe(env))
  if (faults.length > 0)
    throw new StartRefused(`The configuration has faults:\n${faults.map((f) => `  - ${f}`).join('\n')}`)
  return config
}

/** Left to itself, tracing follows the variables that OpenTelemetry's own parts go by. */
function tracingOf(wish: 'auto' | 'on' | 'off', env: Environment): Config['tracing'] {
  if (wish !== 'auto') return wish === 'on' ? 'required' : 'off'
  const isDisabled = env.OTEL_SDK_DISABLED?.toLowerCase() === 'true'
  const target = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || env.OTEL_EXPORTER_OTLP_ENDPOINT
  return target && !isDisabled ? 'wanted' : 'off'
}

/** Read by the command line to find a server: the same shell may hold them. */
const CALLERS = ['RINGBACK_URL', 'RINGBACK_API_KEY', 'RINGBACK_TENANT', 'RINGBACK_SECRET']

/** A name that looks like ours but is not: a setting that someone believes to be on. */
function misspelt(env: Environment): string[] {
  return Object.keys(env)
    .filter(
      (name) =>
        name.startsWith('RINGBACK_') &&
        !(name in VARIABLES) &&
        !CALLERS.includes(name) &&
        !name.startsWith('RINGBACK_TEST_'),
    )
    .map((name) => `${name} is not a variable of Ringback; see docs/configuration.md.`)
}

/** Combinations that would lose secrets or trust anyone. */
function unsafe(env: Environment): string[] {
  const faults: string[] = []
  if (env.DATABASE_URL && !env.RINGBACK_MASTER_KEY)
    faults.push(
      'RINGBACK_MASTER_KEY must be set when DATABASE_URL is set, or the signing secrets could not be read from another machine. Make one with `openssl rand -base64 32` and keep it safe.',
    )
  return [...faults, ...unverified(env)]
}
