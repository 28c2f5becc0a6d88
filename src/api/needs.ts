import type { HttpBindings } from '@hono/node-server'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Caller } from '../access/caller.ts'
import type { Idempotency } from '../access/idempotency.ts'
import type { Access } from '../access/keys.ts'
import type { Limits } from '../access/limits/limits.ts'
import type { PortalTokens } from '../access/portal-token.ts'
import type { Actor } from '../audit/entry.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/open.ts'
import type { DeliveryRow } from '../deliveries/store.ts'
import type { Egress } from '../egress/index.ts'
import type { Acceptor } from '../events/accept.ts'
import type { Id } from '../ids.ts'
import type { Keyring } from '../sealing/keyring.ts'
import type { Log } from '../telemetry/log.ts'
import type { JsonBody } from './json-body.ts'

/**
 * What the API needs from outside, grouped by room: the parts that are made once and hold something. What is only a
 * question to the database (a store's functions) the routes call themselves, with `db`.
 */
export interface ApiNeeds {
  db: Db
  log: Log
  clock: Clock
  access: Pick<Access, 'authenticate' | 'confirm' | 'forget'>
  portalTokens: Pick<PortalTokens, 'sign'>
  limits: Pick<Limits, 'charge' | 'chargeMore' | 'chargeFailure'>
  /** How many proxies before us are believed in what they say of a client's address. */
  trustedProxies: number
  /** How many of each one tenant may have. */
  caps: { endpoints: number; apiKeys: number; portalSessions: number; recoveries: number }
  /** Where people reach this installation; undefined: where the request came. */
  publicUrl: string | undefined
  idempotency: Idempotency
  keyring: Keyring
  egress: Egress
  events: Pick<Acceptor, 'accept'>
  deliveries: {
    /** Retries by hand, and sets the alarm once that is committed. */
    retry(by: Actor, tenantId: string, id: Id<'delivery'>): Promise<DeliveryRow>
  }
  /** How each part that the process stands on does, by name. */
  readiness(): Promise<Record<string, Part>>
  /**
   * Whether the process is shutting down. It takes no new connections then; on one that is open it answers what is
   * asked, `/readyz` with 503, and closes it.
   */
  isStopping(): boolean
}

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
    /** Under `/v1` alone: throws when the caller's tenant is not the one any more that it was. */
    confirm(): Promise<void>
    /** With POST, PUT and PATCH under `/v1` alone. */
    body: JsonBody
  }
}

/** The API that routes are added to. */
export type Api = OpenAPIHono<ApiEnv>
