/** Sends one POST to a receiver, by every rule of this folder, and tells what came of it. */
import got, { type Got } from 'got'
import type { Clock } from '../clock.ts'
import type { Agents } from './agents.ts'
import { type Exchanged, follow } from './exchange.ts'
import { type Headers, withoutFraming } from './header-policy.ts'
import type { Outcome } from './outcome.ts'
import type { ConnectionTimeouts } from './timeouts.ts'
import type { UrlPolicy } from './url-policy.ts'

/** One request to make. */
export interface EgressRequest {
  url: string
  /** The whole set; a tenant's own went through `stripHeaders` before it was joined with ours. */
  headers: Headers
  body: Uint8Array
  /** From now to the last byte of the answer. */
  timeoutMs: number
}

/** Makes a request; never rejects. */
export type Send = (request: EgressRequest) => Promise<Outcome>

/** What sending needs. */
export interface SendParts {
  checkUrl: UrlPolicy
  /** Sockets kept from request to request, and sockets made for one. */
  agents: { pooled: Agents; fresh: Agents }
  timeouts: ConnectionTimeouts
  userAgent: string
  clock: Clock
}

/** Binds the parts; the URL is judged anew at each send, since the operator's policy may have changed. */
export function createSend(parts: SendParts): Send {
  const pooled = clientOn(parts.agents.pooled, parts)
  const fresh = clientOn(parts.agents.fresh, parts)

  return async (request) => {
    const startedAt = parts.clock.now()
    const verdict = parts.checkUrl(request.url)
    if (!verdict.ok) return refusedOutcome(startedAt, verdict.code)

    const began = performance.now()
    const headers = withoutFraming(request.headers)
    const post = (client: Got) => {
      const left = Math.max(1, request.timeoutMs - (performance.now() - began))
      const wire = client.stream.post(verdict.url, {
        headers,
        body: request.body,
        timeout: { request: left },
      })
      return follow(wire, began)
    }
    const first = await post(pooled)
    return outcomeOf(startedAt, first.stale ? await post(fresh) : first)
  }
}

/** Everything of got that would act on its own is off: a callback is exactly one request. */
function clientOn(agent: Agents, parts: SendParts): Got {
  return got.extend({
    agent,
    timeout: { ...parts.timeouts },
    headers: { 'user-agent': parts.userAgent, 'accept-encoding': 'identity' },
    followRedirect: false,
    throwHttpErrors: false,
    decompress: false, // 200 KB of gzip can be 200 MB
    retry: { limit: 0 },
    http2: false,
    maxHeaderSize: MAX_HEADER_BYTES,
  })
}

/** Node's own default, said here so that `--max-http-header-size` does not widen it. */
const MAX_HEADER_BYTES = 16 * 1_024

function outcomeOf(startedAt: number, { response, failure, timings, remoteAddress }: Exchanged): Outcome {
  return {
    startedAt,
    durationMs: timings.totalMs,
    response,
    error: failure?.error ?? null,
    ...(failure?.detail !== undefined && { detail: failure.detail }),
    timings,
    remoteAddress,
  }
}

const refusedOutcome = (startedAt: number, code: string): Outcome => ({
  startedAt,
  durationMs: 0,
  response: null,
  error: 'address_not_allowed',
  detail: code,
  timings: { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, totalMs: 0 },
  remoteAddress: null,
})
