/**
 * A client without a server, for tests of hosts: the real client, with its types, its validators, its errors and its
 * emitter, over a line that ends in memory. It keeps what was emitted, and answers as told.
 */
import {
  type AcceptedEvent,
  type AnyEvents,
  type EventName,
  Ringback,
  type RingbackOptions,
} from '../client/index.ts'
import { type Matcher, matches } from './matches.ts'

/** An event that was emitted. */
export interface Emitted<Data = unknown> {
  tenant: string
  type: string
  data: Data
  /** The id that the fake gave it. */
  id: string
  /** The host's own id, if it gave one. */
  externalId: string | undefined
  metadata: Record<string, string>
}

/** A request of any other operation. */
export interface FakeRequest {
  method: string
  /** With its query. */
  path: string
  body: unknown
}

/** A client whose calls are kept. */
export interface FakeRingback<Catalogue extends object = AnyEvents> {
  /** To hand to what is tested. */
  readonly client: Ringback<Catalogue>
  /** What was emitted, in order; what came again under a host's own `id`, once. */
  readonly emitted: readonly Emitted[]
  /** All other requests, in order. */
  readonly requests: readonly FakeRequest[]
  /**
   * The first event of a type whose data is as expected.
   * @param matcher a part of the data, a judge of it, or a matcher of your test runner; left out, any data
   * @throws Error that lists what was emitted
   */
  expectEmitted<Type extends EventName<Catalogue>>(
    type: Type,
    matcher?: Matcher | ((data: Catalogue[Type]) => unknown),
  ): Emitted<Catalogue[Type]>
  /**
   * Checks that no event of a type was emitted; left out, none at all.
   * @throws Error that lists what was
   */
  expectNotEmitted(type?: EventName<Catalogue>): void
  /**
   * Answers an operation.
   * @param call a method and a path, such as `GET /v1/event-types/*`; a `*` is any part of it
   * @param answer the JSON of the answer, or what makes it of the request
   */
  answer(call: string, answer: object | ((request: FakeRequest) => unknown)): void
  /** Refuses what is asked next, so many times, with a problem of this code. */
  failNext(times: number, problem?: { status?: number; code?: string; detail?: string }): void
  /** Forgets what was emitted and asked. */
  clear(): void
}

interface SentEvent {
  tenant?: string
  type: string
  data: unknown
  id?: string | null
  metadata?: Record<string, string> | null
}

/**
 * Makes a client double.
 * @param options as of a client; `events` checks what is emitted as in production
 * @example
 * const ringback = fakeRingback()
 * await payInvoice(ringback.client, 17)
 * ringback.expectEmitted('invoice.paid', { invoice: 17 })
 */
export function fakeRingback<Catalogue extends object = AnyEvents>(
  options: Partial<RingbackOptions<Catalogue>> = {},
): FakeRingback<Catalogue> {
  const emitted: Emitted[] = []
  const requests: FakeRequest[] = []
  const answers: { call: RegExp; answer: object | ((request: FakeRequest) => unknown) }[] = []
  /** What each event with an id of the host's own was answered: sent again, it gets the same, as from a server. */
  const standing = new Map<string, AcceptedEvent>()
  let failure = { left: 0, problem: {} as object }
  let count = 0

  function accept(tenant: string, event: SentEvent): AcceptedEvent {
    if (!event.id) return keep(tenant, event)
    const key = JSON.stringify([tenant, event.id])
    const answer = standing.get(key) ?? keep(tenant, event)
    standing.set(key, answer)
    return answer
  }

  function keep(tenant: string, { type, data, id, metadata }: SentEvent): AcceptedEvent {
    const ownId = `evt_fake${String(++count).padStart(6, '0')}`
    emitted.push({ tenant, type, data, id: ownId, externalId: id ?? undefined, metadata: metadata ?? {} })
    return { id: ownId, type, tenantId: tenant, createdAt: new Date().toISOString(), deliveryCount: 1 }
  }

  function answerTo(request: FakeRequest): Response {
    if (failure.left > 0) {
      failure.left--
      const problem = { status: 503, code: 'unavailable', detail: 'As told by failNext.', ...failure.problem }
      return json(problem.status, problem)
    }
    const call = `${request.method} ${request.path.split('?', 1)[0]}`
    const scripted = answers.findLast((one) => one.call.test(call))
    if (scripted) {
      requests.push(request)
      const { answer } = scripted
      return json(
        200,
        typeof answer === 'function' ? (answer as (request: FakeRequest) => unknown)(request) : answer,
      )
    }
    const [, tenant] = /^POST \/v1\/tenants\/([^/]+)\/events$/.exec(call) ?? []
    if (tenant) return json(202, accept(decodeURIComponent(tenant), request.body as SentEvent))
    if (call === 'POST /v1/events') {
      const { events } = request.body as { events: SentEvent[] }
      return json(202, { data: events.map((event) => accept(event.tenant!, event)) })
    }
    requests.push(request)
    const detail = `Nobody said how to answer ${call}: say it with answer('${call}', ...).`
    return json(404, { status: 404, code: 'not_faked', detail })
  }

  const client = new Ringback<Catalogue>({
    baseUrl: 'http://ringback.test',
    retryDelayMs: 1,
    ...options,
    fetch: async (input, init) => {
      init?.signal?.throwIfAborted()
      const { pathname, search } = new URL(String(input))
      const body = typeof init?.body === 'string' ? (JSON.parse(init.body) as unknown) : undefined
      return answerTo({ method: init?.method ?? 'GET', path: pathname + search, body })
    },
  })

  function fail(what: string): never {
    const list = emitted.map(({ tenant, type, data }) => `  ${type} of ${tenant}: ${JSON.stringify(data)}`)
    throw new Error(`${what} ${list.length === 0 ? 'Nothing was emitted.' : `Emitted:\n${list.join('\n')}`}`)
  }

  return {
    client,
    emitted,
    requests,
    expectEmitted(type, matcher) {
      const found = emitted.find(
        (one) => one.type === type && (matcher === undefined || matches(one.data, matcher)),
      )
      return (found as never) ?? fail(`No ${type} as expected was emitted.`)
    },
    expectNotEmitted(type) {
      if (emitted.some((one) => type === undefined || one.type === type))
        fail(`${type ?? 'An event'} was emitted.`)
    },
    answer(call, answer) {
      answers.push({ call: patternOf(call), answer })
    },
    failNext(times, problem = {}) {
      failure = { left: times, problem }
    },
    clear() {
      emitted.length = 0
      requests.length = 0
      standing.clear()
    },
  }
}

/** A `*` is any part of a path, without its slashes. */
const patternOf = (call: string): RegExp =>
  new RegExp(
    `^${call
      .split('*')
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('[^/]+')}$`,
  )

const json = (status: number, body: unknown): Response =>
  new Response(body === undefined ? null : JSON.stringify(body), {
    status: body === undefined && status === 200 ? 204 : status,
    headers: { 'content-type': 'application/json' },
  })
