/** What an attempt comes to, as data: the log row, and what it does to its delivery. */

import type { AttemptRow } from '../attempts/store.ts'
import type { Random } from '../clock.ts'
import { answerOf } from '../deliveries/delivery.ts'
import type { DueDelivery, Settlement } from '../deliveries/store.ts'
import type { Outcome } from '../egress/index.ts'
import type { Id } from '../ids.ts'
import { nextAttempt } from '../retry/next-attempt.ts'
import type { RetryPolicy } from '../retry/policy.ts'
import { judgeResponse } from '../retry/verdict.ts'
import { retryWindow } from '../retry/window.ts'
import { type PreparedRequest, redacted } from './prepare.ts'

/** One attempt, made. */
export interface Attempted {
  id: Id<'attempt'>
  delivery: DueDelivery
  retry: RetryPolicy
  /** Whether it may have been held since its schedule began. */
  wasHeld: boolean
  request: PreparedRequest
  outcome: Outcome
  traceId: string | null
}

/** What it comes to. */
export interface Conclusion {
  verdict: 'success' | 'failure' | 'gone'
  eventId: Id<'event'>
  row: AttemptRow
  settlement: Settlement
}

/**
 * Concludes an attempt: pure, all time and chance passed in.
 * @param now milliseconds since the epoch
 */
export function conclude(attempted: Attempted, now: number, random: Random): Conclusion {
  const { delivery, outcome } = attempted
  const judged = outcome.response ? judgeResponse(outcome.response.status) : 'retry'
  const verdict = judged === 'retry' ? 'failure' : judged
  const number = delivery.attemptCount + 1
  return {
    verdict,
    eventId: delivery.eventId,
    row: logRow(attempted, number, verdict === 'success'),
    settlement: {
      id: delivery.id,
      number,
      roundAt: delivery.roundAt,
      answer: answerOf(outcome.response?.status ?? null),
      ...nextState(attempted, verdict, number, now, random),
    },
  }
}

function nextState(
  { delivery, retry, wasHeld, outcome }: Attempted,
  verdict: Conclusion['verdict'],
  number: number,
  now: number,
  random: Random,
): Pick<Settlement, 'status' | 'dueInMs' | 'reason'> {
  if (verdict === 'success') return { status: 'delivered', dueInMs: null, reason: null }
  const { response } = outcome
  const retryAfter = response?.headers['retry-after']
  const next = nextAttempt({
    now,
    tries: number - delivery.roundStart,
    policy: retry,
    response: response && {
      status: response.status,
      retryAfter: Array.isArray(retryAfter) ? retryAfter[0] : retryAfter,
    },
    random,
  })
  if ('giveUp' in next) return { status: 'failed', dueInMs: null, reason: next.giveUp }
  // What took long for another reason (a rate limit, a receiver that asked for patience) has all its attempts.
  if (wasHeld && delivery.roundAgeMs > retryWindow(retry))
    return { status: 'failed', dueInMs: null, reason: 'retry_window_ended' }
  return { status: 'retrying', dueInMs: next.delayMs, reason: null }
}

function logRow(
  { id, delivery, request, outcome, traceId }: Attempted,
  number: number,
  succeeded: boolean,
): AttemptRow {
  const { response, timings } = outcome
  return {
    id,
    tenantId: delivery.tenantId,
    deliveryId: delivery.id,
    endpointId: delivery.endpointId,
    number,
    trigger: delivery.trigger,
    durationMs: Math.round(outcome.durationMs),
    succeeded,
    error: outcome.error ?? (succeeded ? null : 'http_status'),
    detail: outcome.detail ?? null,
    requestUrl: request.url,
    requestHeaders: redacted(request.headers),
    responseStatus: response?.status ?? null,
    responseHeaders: response?.headers ?? null,
    responseBody: response?.body ?? null,
    responseTruncated: response?.truncated ?? null,
    timings,
    remoteAddress: outcome.remoteAddress,
    traceId,
  }
}
