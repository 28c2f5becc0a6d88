import { z } from '@hono/zod-openapi'
import { ENDPOINT_STATUSES, type EndpointStatus } from '../../endpoints/endpoint.ts'
import type { Percentiles } from '../../stats/histogram.ts'
import type { StatsOf, Sums } from '../../stats/show.ts'
import type { Waiting } from '../../stats/store.ts'
import { WINDOW_NAMES } from '../../stats/window.ts'
import { shownMoment } from '../responses.ts'

const latency = z.number().nullable()
const counts = z.record(z.string(), z.int())

/** Which window is asked for. */
export const statsQuery = z.strictObject({
  window: z.enum(WINDOW_NAMES).default('24h').openapi({ description: 'How far back.' }),
})

/** Statistics as they are shown. */
export const Stats = z
  .object({
    window: z.enum(WINDOW_NAMES),
    from: shownMoment,
    to: shownMoment,
    bucketSeconds: z.int(),
    totals: z.object({
      attempts: z.int(),
      succeeded: z.int(),
      failed: z.int(),
      successRate: z.number().nullable().openapi({ description: '0 to 1; null without attempts.' }),
      byError: counts.openapi({ description: 'Failed attempts by `error`.', example: { http_status: 3 } }),
      byStatusCode: counts.openapi({ example: { 200: 40 } }),
      latencyMs: z
        .object({ p50: latency, p95: latency, p99: latency })
        .openapi({ description: 'Of attempts; within five per cent. Null without attempts.' }),
      events: z.int().openapi({ description: 'Accepted; of an endpoint, those that were for it.' }),
      deliveries: z
        .object({ delivered: z.int(), failed: z.int(), canceled: z.int() })
        .openapi({ description: 'That ended in the window.' }),
      waiting: z
        .object({ pending: z.int(), retrying: z.int(), held: z.int() })
        .openapi({ description: 'Now, to within some seconds.' }),
    }),
    buckets: z.array(
      z.object({
        at: shownMoment,
        attempts: z.int(),
        succeeded: z.int(),
        failed: z.int(),
        events: z.int(),
        p50: latency,
        p95: latency,
        p99: latency,
      }),
    ),
    endpoints: z
      .object({ active: z.int(), paused: z.int(), failing: z.int(), disabled: z.int() })
      .optional()
      .openapi({ description: 'Now; not with the statistics of one endpoint.' }),
    queue: z
      .record(z.string(), z.object({ waiting: z.int(), active: z.int(), delayed: z.int() }))
      .optional()
      .openapi({
        description: 'Alarms by lane; left out while the queue does not answer. Of the installation alone.',
      }),
    workers: z
      .array(z.object({ name: z.string(), lanes: z.array(z.string()) }))
      .optional()
      .openapi({
        description:
          'The processes that make attempts, by host and process number, as far as the queue sees them. Of the installation alone.',
        example: [{ name: 'worker-1-4711', lanes: ['deliver', 'redeliver'] }],
      }),
  })
  .openapi('Stats')

/** How things stand now. */
export interface Standing {
  waiting: Waiting
  endpoints?: ReadonlyMap<EndpointStatus, number>
  queue?: Record<string, { waiting: number; active: number; delayed: number }>
  workers?: readonly { name: string; lanes: readonly string[] }[]
}

/** From the sums to the answer. */
export function showStats(
  { window, totals, buckets }: StatsOf,
  { waiting, endpoints, queue, workers }: Standing,
): z.infer<typeof Stats> {
  return {
    window: window.name,
    from: new Date(window.from).toISOString(),
    to: new Date(window.to).toISOString(),
    bucketSeconds: window.bucketSeconds,
    totals: {
      ...attemptsOf(totals),
      successRate: totals.attempts === 0 ? null : totals.succeeded / totals.attempts,
      byError: totals.errors,
      byStatusCode: totals.statuses,
      latencyMs: totals.latency,
      events: totals.events,
      deliveries: { delivered: totals.succeeded, failed: totals.failed, canceled: totals.canceled },
      waiting,
    },
    buckets: buckets.map(({ at, ...sums }) => ({
      at: new Date(at).toISOString(),
      ...attemptsOf(sums),
      events: sums.events,
      ...(sums.latency satisfies Percentiles),
    })),
    ...(endpoints && {
      endpoints: Object.fromEntries(
        ENDPOINT_STATUSES.map((status) => [status, endpoints.get(status) ?? 0]),
      ) as Record<EndpointStatus, number>,
    }),
    ...(queue && { queue }),
    ...(workers && { workers: workers.map(({ name, lanes }) => ({ name, lanes: [...lanes] })) }),
  }
}

const attemptsOf = ({ attempts, succeeded }: Sums) => ({
  attempts,
  succeeded,
  failed: attempts - succeeded,
})
