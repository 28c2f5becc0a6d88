/**
 * The same walk with undici in got's place, for the bench alone: what got costs. Judged, bounded and timed are the same; the
 * assertion of the peer's address and the steps of a new connection are left out, which flatters it a little.
 */
import type { LookupFunction } from 'node:net'
import { Agent, type Dispatcher } from 'undici'
import { BoundedBody } from '../../../src/egress/bounded-body.ts'
import { withoutFraming } from '../../../src/egress/header-policy.ts'
import type { Answer, Outcome } from '../../../src/egress/outcome.ts'
import type { EgressRequest, Send, SendParts } from '../../../src/egress/send.ts'

const MAX_SOCKETS_PER_ORIGIN = 256
const MAX_HEADER_BYTES = 16 * 1_024
const MAX_IDLE = 45_000

/** As src/egress/send.ts has it. */
export function createSend({ checkUrl, agents, timeouts, userAgent, clock }: SendParts): Send {
  // The types of Node leave out what an agent was made with.
  const { options } = agents.pooled.http as unknown as { options: { lookup: LookupFunction } }
  const dispatcher = new Agent({
    connections: MAX_SOCKETS_PER_ORIGIN,
    pipelining: 1,
    keepAliveTimeout: MAX_IDLE,
    maxHeaderSize: MAX_HEADER_BYTES,
    connect: { timeout: timeouts.connect, lookup: options.lookup },
    // The whole has one deadline, below.
    headersTimeout: 0,
    bodyTimeout: 0,
  })

  return (request) => {
    const startedAt = clock.now()
    const verdict = checkUrl(request.url)
    if (!verdict.ok) throw new Error(`The bench sends to what is not allowed: ${verdict.code}`)
    const { origin, pathname, search } = new URL(verdict.url)
    return new Promise((resolve) => {
      const exchange = new Exchange(request, startedAt, resolve)
      dispatcher.dispatch(
        {
          origin,
          path: pathname + search,
          method: 'POST',
          headers: {
            'user-agent': userAgent,
            'accept-encoding': 'identity',
            ...withoutFraming(request.headers),
          },
          body: request.body,
        },
        exchange,
      )
    })
  }
}

class Exchange implements Dispatcher.DispatchHandler {
  readonly #body = new BoundedBody()
  readonly #began = performance.now()
  readonly #deadline: NodeJS.Timeout
  #controller: Dispatcher.DispatchController | undefined
  #answer: Pick<Answer, 'status' | 'headers'> | undefined
  #firstByteMs: number | null = null

  constructor(
    request: EgressRequest,
    private readonly startedAt: number,
    private readonly resolve: (outcome: Outcome) => void,
  ) {
    this.#deadline = setTimeout(() => {
      if (this.#controller) this.#controller.abort(new Error('too late'))
      else this.#settle(true)
    }, request.timeoutMs)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Answer['headers']): void {
    this.#firstByteMs = Math.round(performance.now() - this.#began)
    this.#answer = { status, headers }
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#body.add(chunk)) controller.abort(new Error('long enough'))
  }

  onResponseEnd(): void {
    this.#settle(this.#body.truncated)
  }

  onResponseError(): void {
    this.#settle(true)
  }

  #settle(truncated: boolean): void {
    clearTimeout(this.#deadline)
    const totalMs = Math.round(performance.now() - this.#began)
    this.resolve({
      startedAt: this.startedAt,
      durationMs: totalMs,
      response: this.#answer ? { ...this.#answer, body: this.#body.bytes(), truncated } : null,
      error: this.#answer ? null : 'connect_reset',
      timings: { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: this.#firstByteMs, totalMs },
      remoteAddress: null,
    })
  }
}
