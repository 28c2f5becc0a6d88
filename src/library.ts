/** Ringback inside a host's own process: mounted into its server, on its own Postgres. */
import { Hono } from 'hono'
import type pg from 'pg'
import { fingerprintOf, parseIdempotencyKey } from './access/idempotency-key.ts'
import { eventOfText } from './api/event-of-text.ts'
import { foreseenProblemOf } from './api/problem.ts'
import { showAccepted } from './api/shapes/event.ts'
import { answerNoRequest } from './api/unreadable.ts'
import type { AnyEvents, EventName } from './client/catalogue.ts'
import { errorOfProblem } from './client/error.ts'
import type { AcceptedEvent } from './client/generated/schemas.ts'
import { configOf, type Settings } from './config/options.ts'
import type { Role } from './config/variables.ts'
import { unavailable } from './errors.ts'
import { createInFlight } from './in-flight.ts'
import { type Answer, type FastifyPlugin, fastifyPlugin, type NodeHandler, nodeHandler } from './mounts.ts'
import { openParts } from './open-parts.ts'
import { type Log, silentLog } from './telemetry/log.ts'

/** What Ringback is made with. */
export interface RingbackOptions extends Settings {
  /** A pool of your own, which stays yours: 20 connections or more, beside what you need. In place of `databaseUrl`. */
  pool?: pg.Pool | undefined
  /** What runs in this process beside the API: both unless told; `[]` where workers run apart. */
  roles?: readonly Exclude<Role, 'api'>[] | undefined
  /** Where it is mounted: `/callbacks`. */
  basePath?: string | undefined
  /** Where log lines go, in the shape of pino; nowhere unless told. */
  log?: Log | undefined
}

/** What may be said of an event besides its type and its data. */
export interface EmitOptions {
  /** Your own id for it, unique per tenant: emitted again, it gets the first answer. */
  id?: string | undefined
  occurredAt?: Date | string | undefined
  metadata?: Record<string, string> | undefined
  /** The same key with the same event is accepted once, within 24 hours; also over HTTP with the admin key. */
  idempotencyKey?: string | undefined
}

/** Ringback in this process. */
export interface Ringback<Catalogue = AnyEvents> {
  /** For Hono: `app.route('/callbacks', ringback.api)`. */
  readonly api: Hono
  /** For whatever takes Web-standard requests: Next.js, Bun, Deno. */
  readonly fetch: (request: Request) => Promise<Response>
  /** For Node's own server and for Express: `app.use('/callbacks', ringback.handler)`. */
  readonly handler: NodeHandler
  /** For Fastify: `app.register(ringback.fastify, { prefix: '/callbacks' })`. */
  readonly fastify: FastifyPlugin
  /** The admin key, when it was made at this start: to be shown once. */
  readonly freshAdminKey: string | undefined
  /**
   * Emits an event. It resolves once the event and its deliveries are stored for good.
   * @throws RingbackError by its `code`, as over HTTP: the one of `ringback/client`
   */
  emit<Type extends EventName<Catalogue>>(
    tenant: string,
    type: Type,
    data: Catalogue[Type],
    options?: EmitOptions,
  ): Promise<AcceptedEvent>
  /** Takes no more requests, answers those it has, finishes the deliveries in flight, closes everything. Safe to repeat. */
  close(): Promise<void>
}

/**
 * Opens Ringback in this process, and brings its schema up to date. Nothing listens; no signal is handled.
 * @throws StartRefused with the cure in its message
 * @example
 * const ringback = await createRingback({ pool, adminKey, masterKey, basePath: '/callbacks' })
 * app.use('/callbacks', ringback.handler)
 * await ringback.emit('acme', 'invoice.paid', { amount: 1200 })
 */
export async function createRingback<Catalogue extends object = AnyEvents>(
  options: RingbackOptions = {},
): Promise<Ringback<Catalogue>> {
  const { pool, roles = ['worker', 'upkeep'], basePath = '', log = silentLog, ...settings } = options
  const config = configOf(settings, { roles, basePath, hasPool: pool !== undefined })
  const parts = await openParts(config, { log, pool })
  const requests = createInFlight()
  parts.closing.add('requests', () => requests.idle())
  // First: who watches would keep the requests from ending.
  parts.closing.add('streams', () => parts.feed.stop())
  let isClosing = false

  const answer: Answer = (request, bindings) => {
    if (isClosing) return Promise.resolve(answerNoRequest(unavailable('Ringback is closing.')))
    return requests.add(async () => parts.api.fetch(request, bindings))
  }
  const handler = nodeHandler(answer)

  async function emit(tenant: string, type: string, data: unknown, given: EmitOptions = {}) {
    const { idempotencyKey, id, occurredAt, metadata } = given
    const text = JSON.stringify({ type, data, id, occurredAt, metadata })
    try {
      return await accept(tenant, text, idempotencyKey)
    } catch (error) {
      const problem = foreseenProblemOf(error)
      throw problem ? errorOfProblem(problem, { cause: error }) : error
    }
  }

  async function accept(tenant: string, text: string, idempotencyKey: string | undefined) {
    if (isClosing) throw unavailable('Ringback is closing.')
    const key = parseIdempotencyKey(idempotencyKey)
    const path = `/v1/tenants/${tenant}/events`
    const accepted = await parts.acceptor.accept({
      ...eventOfText(tenant, text),
      idempotency:
        key === undefined
          ? undefined
          : { owner: 'admin', key, fingerprint: fingerprintOf('POST', path, text) },
    })
    return showAccepted(accepted)
  }

  return {
    api: new Hono().all('*', (c) => answer(c.req.raw, c.env ?? {})),
    fetch: (request) => answer(request, {}),
    handler,
    fastify: fastifyPlugin(handler),
    freshAdminKey: parts.freshAdminKey?.key,
    emit: (tenant, type, data, given) => requests.add(() => emit(tenant, type, data, given)),
    close() {
      isClosing = true
      return parts.stop()
    },
  }
}
