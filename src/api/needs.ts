import type { HttpBindings } from '@hono/node-server'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Queue as BullQueue } from 'bullmq'
import type { BrowserSessions } from '../access/browser-session.ts'
import type { Caller } from '../access/caller.ts'
import type { Idempotency } from '../access/idempotency.ts'
import type { Access } from '../access/keys.ts'
import type { Limits } from '../access/limits/limits.ts'
import type { PortalTokens } from '../access/portal-token.ts'
import type { Actor } from '../audit/entry.ts'
import type { Clock } from '../clock.ts'
import type { Setting } from '../config/settings.ts'
import type { Db } from '../db/open.ts'
import type { Read } from '../db/replica.ts'
import type { DeliveryRow } from '../deliveries/store.ts'
import type { Egress } from '../egress/index.ts'
import type { Acceptor } from '../events/accept.ts'
import type { Id } from '../ids.ts'
import type { Feed } from '../live/feed.ts'
import type { Keyring } from '../sealing/keyring.ts'
import type { DispatchMeter } from '../telemetry/dispatch-meter.ts'
import type { HttpMeter } from '../telemetry/http-meter.ts'
import type { Log } from '../telemetry/log.ts'
import type { Appearance } from './dashboard-page.ts'
import type { JsonBody } from './json-body.ts'

/**
 * What the API needs from outside, grouped by room: the parts that are made once and hold something. What is only a
 * question to the database (a store's functions) the routes call themselves, with `db`.
 */
export interface ApiNeeds {
  db: Db
  /** Asks for lists and sums, which may be some seconds old. */
  read: Read
  log: Log
  clock: Clock
  access: Pick<Access, 'authenticate' | 'identify' | 'confirm' | 'forget'>
  portalTokens: Pick<PortalTokens, 'sign'>
  browserSessions: BrowserSessions
  limits: Pick<Limits, 'charge' | 'chargeMore' | 'chargeFailure'>
  /** How many proxies before us are believed in what they say of a client's address. */
  trustedProxies: number
  /** How many of each one tenant may have. */
  caps: { endpoints: number; apiKeys: number; portalSessions: number; recoveries: number }
  /** Where people reach this installation; undefined: where the request came. */
  publicUrl: string | undefined
  /** What the paths of requests begin with before ours, where a host has mounted us; empty: nothing. */
  basePath: string
  /** What the installation was told, to be looked at. */
  settings: readonly Setting[]
  /** How the dashboard and the portal look. */
  appearance: Appearance
  /** The origins whose pages may show the portal inside them. */
  frameAncestors: readonly string[]
  idempotency: Idempotency
  keyring: Keyring
  egress: Egress
  events: Pick<Acceptor, 'accept' | 'refuseBeyondRoom'>
  deliveries: {
    /** Retries by hand, and sets the alarm once that is committed. */
    retry(by: Actor, tenantId: string, id: Id<'delivery'>): Promise<DeliveryRow>
  }
  /** The queues as BullMQ has them, to be looked into. */
  queues(): readonly BullQueue[]
  /** Counts what is asked, and what ends by it; nothing unless told. */
  meter?: { http: HttpMeter; deliveries: Pick<DispatchMeter, 'ended'> }
  /** The metrics of this process, as Prometheus reads them; none unless told. */
  metrics?(): Promise<string>
  /** How many alarms the queue holds, by lane; undefined while it does not answer. */
  workersAtWork(): Promise<readonly { name: string; lanes: readonly string[] }[] | undefined>
  queueCounts(): Promise<Record<string, { waiting: number; active: number; delayed: number }> | undefined>
  /** Tells what changes. */
  feed: Pick<Feed, 'watch'>
  /** How each part that the process stands on does, by name. */
  readiness(): Promise<Record<string, Part>>
  /**
   * Whether the process is about to stop: `/readyz` answers 503 then, and all else as ever. Each connection is closed
   * with its next answer.
   */
  isStopping(): boolean
}

/** What the probes and the metrics ask. */
export type ProbeNeeds = Pick<ApiNeeds, 'log' | 'metrics' | 'readiness' | 'isStopping'>

/** How a part does. */
export interface Part {
  ok: boolean
  /** In words, when there is something to say. */
  detail?: string
}

/** What the doors put beside a request for the routes behind them. */
export interface ApiEnv {
  /** Absent where no server stands before the API. */
  Bindings: Partial<HttpBindings>
  Variables: {
    requestId: string
    /** Under `/v1` alone. */
    caller: Caller
    /**
     * Under `/v1` alone: asks once more whether the caller is who it was, for what takes long.
     * @throws RingbackError `unauthorized`: its key was revoked or has expired, or its tenant is not the one any more
     */
    confirm(): Promise<void>
    /** With POST, PUT and PATCH under `/v1` alone. */
    body: JsonBody
  }
}

/** The API that routes are added to. */
export type Api = OpenAPIHono<ApiEnv>
