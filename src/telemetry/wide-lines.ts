/**
 * Wide lines: one for each group of events that was accepted, and one for each attempt, with all that one would ask about
 * it. Of so many only the share that the operator wants is written; all of them at the level `debug`.
 *
 * What may stand in one is listed here, field by field: nothing of a payload, a header, a URL or a secret.
 */
import type { Random } from '../clock.ts'
import { type Traceparent, traceIdOf } from '../trace-context.ts'
import type { Log } from './log.ts'

/** Writes wide lines, or not. */
export interface WideLines {
  /** Events that shared a transaction. */
  accepted(requests: readonly EmittedFacts[], results: readonly AcceptedFacts[], tookMs: number): void
  /** An attempt, and what it did to its delivery. */
  attempted(attempt: AttemptFacts): void
}

/** What is told of an event that came. */
interface EmittedFacts {
  tenantId: string
  requestId?: string | undefined
  traceparent?: Traceparent | null | undefined
}

/** What is told of what became of it: it was accepted, or refused with a code. */
type AcceptedFacts = { deliveryCount: number; replayed: boolean } | { code: string }

/** What is told of an attempt. */
export interface AttemptFacts {
  tenantId: string
  eventId: string
  deliveryId: string
  endpointId: string
  attemptId: string
  number: number
  trigger: string
  httpStatus: number | null
  error: string | null
  detail: string | null
  durationMs: number
  /** From when it was due until it began. */
  waitedMs: number
  /** What became of the delivery. */
  status: string
  /** Until the next attempt. */
  nextInMs: number | null
  remoteAddress: string | null
  traceId: string | null
}

export const noWideLines: WideLines = { accepted() {}, attempted() {} }

/** How many different values a line lists. */
const MOST_LISTED = 20

/** @param sample the share that is written at the level `info`, from 0 to 1 */
export function createWideLines(options: { log: Log; sample: number; random: Random }): WideLines {
  const { log, sample, random } = options
  const write: Log['info'] = (fields, message) =>
    sample > 0 && random() < sample ? log.info(fields, message) : log.debug(fields, message)

  return {
    accepted: (requests, results, tookMs) =>
      write(acceptedLine(requests, results, tookMs), 'Events were accepted.'),
    attempted: (attempt) => write(attempt, 'An attempt was made.'),
  }
}

function acceptedLine(requests: readonly EmittedFacts[], results: readonly AcceptedFacts[], tookMs: number) {
  const kept = results.filter((result) => 'deliveryCount' in result)
  const fresh = kept.filter(({ replayed }) => !replayed)
  return {
    events: requests.length,
    accepted: fresh.length,
    replayed: kept.length - fresh.length,
    refused: results.length - kept.length,
    codes: listed(results.map((result) => ('code' in result ? result.code : undefined))),
    deliveries: fresh.reduce((sum, { deliveryCount }) => sum + deliveryCount, 0),
    durationMs: Math.round(tookMs),
    tenantIds: listed(requests.map(({ tenantId }) => tenantId)),
    requestIds: listed(requests.map(({ requestId }) => requestId)),
    traceIds: listed(requests.map(({ traceparent }) => traceparent && traceIdOf(traceparent))),
  }
}

const listed = (values: readonly (string | null | undefined)[]): string[] =>
  [...new Set(values.filter((value) => typeof value === 'string'))].slice(0, MOST_LISTED)
