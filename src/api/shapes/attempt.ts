import { z } from '@hono/zod-openapi'
import { ATTEMPT_ERRORS } from '../../attempts/attempt.ts'
import type { AttemptRow } from '../../attempts/store.ts'
import { timeOfId } from '../../ids.ts'
import { shownMoment } from '../responses.ts'

const milliseconds = z.number().nullable()

/** One HTTP request and what came back, as it is shown. */
export const Attempt = z
  .object({
    id: z.string(),
    deliveryId: z.string(),
    number: z.int(),
    trigger: z.enum(['automatic', 'manual', 'recovery', 'test']),
    startedAt: shownMoment,
    durationMs: z.int(),
    succeeded: z.boolean(),
    error: z.enum(ATTEMPT_ERRORS).nullable(),
    detail: z
      .string()
      .nullable()
      .openapi({ description: 'The particular of the error.', example: 'CERT_HAS_EXPIRED' }),
    request: z.object({
      url: z.string(),
      headers: z.record(z.string(), z.string()).openapi({
        description:
          'As sent, but for the signature and the values of the headers that the endpoint was given, which are redacted.',
      }),
    }),
    response: z
      .object({
        status: z.int(),
        headers: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
        body: z.string().openapi({ description: 'The first 16 KiB, read as UTF-8.' }),
        truncated: z.boolean(),
      })
      .nullable()
      .openapi({ description: 'Null when no answer came.' }),
    timings: z
      .object({
        dnsMs: milliseconds,
        connectMs: milliseconds,
        tlsMs: milliseconds,
        firstByteMs: milliseconds,
        totalMs: z.number(),
      })
      .openapi({ description: 'Null for a part that did not happen: a reused connection has no DNS.' }),
    remoteAddress: z.string().nullable(),
    traceId: z.string().nullable().openapi({
      description: 'The trace that it belongs to (W3C Trace Context); null when the event came without one.',
      example: '4bf92f3577b34da6a3ce929d0e0e4736',
    }),
  })
  .openapi('Attempt')

/** From the row to the answer. */
export function showAttempt(row: AttemptRow): z.infer<typeof Attempt> {
  return {
    id: row.id,
    deliveryId: row.deliveryId,
    number: row.number,
    trigger: row.trigger,
    startedAt: new Date(timeOfId(row.id)).toISOString(),
    durationMs: row.durationMs,
    succeeded: row.succeeded,
    error: row.error,
    detail: row.detail,
    request: { url: row.requestUrl, headers: row.requestHeaders },
    response: row.responseStatus === null ? null : showResponse(row, row.responseStatus),
    timings: row.timings,
    remoteAddress: row.remoteAddress,
    traceId: row.traceId,
  }
}

/** A body may hold any bytes; those that are no UTF-8 show as U+FFFD. */
function showResponse(row: AttemptRow, status: number) {
  return {
    status,
    headers: row.responseHeaders ?? {},
    body: row.responseBody?.toString('utf8') ?? '',
    truncated: row.responseTruncated ?? false,
  }
}
