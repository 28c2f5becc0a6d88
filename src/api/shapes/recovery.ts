import { z } from '@hono/zod-openapi'
import { RECOVERABLE_STATUSES, type RecoveryEnds } from '../../deliveries/store.ts'
import { isEventTypeName } from '../../endpoints/pattern.ts'
import type { Measured } from '../../recoveries/begin.ts'
import { PACE, RECOVERY_STATUSES, type RecoveryFilter } from '../../recoveries/recovery.ts'
import type { RecoveryRow } from '../../recoveries/store.ts'
import { idOf, moment } from '../requests.ts'
import { shownMoment } from '../responses.ts'

/** What is to be recovered, and how. */
export const NewRecovery = z
  .strictObject({
    endpointId: idOf('endpoint').optional().openapi({ description: 'Left out: all endpoints.' }),
    status: z
      .array(z.enum(RECOVERABLE_STATUSES))
      .min(1)
      .default(['failed'])
      .openapi({ description: 'How the deliveries have ended.' }),
    eventType: z
      .string()
      .refine(isEventTypeName, 'must be parts of the characters A-Z a-z 0-9 _ - joined by dots')
      .optional()
      .openapi({ description: 'Left out: all types.' }),
    after: moment.openapi({
      description: 'Created at this time or later.',
      example: '2026-01-01T00:00:00.000Z',
    }),
    before: moment.optional().openapi({ description: 'Created before this time; now at the latest.' }),
    includeUnsent: z
      .boolean()
      .default(false)
      .openapi({
        description:
          'Also what was never sent: deliveries that were canceled before their first attempt, and events that an endpoint ' +
          'wants by its present subscriptions but never had, be they older than the endpoint. The window may hold 100,000 ' +
          'events then.',
      }),
    perSecond: z
      .int()
      .min(1)
      .max(PACE.max)
      .default(PACE.usual)
      .openapi({ description: 'How many deliveries are set going in a second.' }),
    dryRun: z.boolean().default(false).openapi({ description: 'Count, and change nothing.' }),
  })
  .openapi('NewRecovery')

/** From the request to the filter of the room. */
export function filterOf(wanted: Omit<z.infer<typeof NewRecovery>, 'perSecond' | 'dryRun'>): RecoveryFilter {
  return {
    endpointId: wanted.endpointId ?? null,
    statuses: [...new Set(wanted.status)],
    eventType: wanted.eventType ?? null,
    after: wanted.after,
    before: wanted.before ?? null,
    includeUnsent: wanted.includeUnsent,
  }
}

const filter = z.object({
  endpointId: z.string().nullable(),
  status: z.array(z.enum(RECOVERABLE_STATUSES)),
  eventType: z.string().nullable(),
  after: shownMoment,
  before: shownMoment,
  includeUnsent: z.boolean(),
})

const counts = {
  matched: z.int().openapi({ description: 'Deliveries that it was counted to set going.' }),
  started: z.int().openapi({ description: 'Deliveries that it has set going.' }),
  done: z.int().openapi({ description: 'Of these, how many were delivered.' }),
  failed: z.int().openapi({ description: 'Of these, how many failed again, or were canceled.' }),
  held: z.int().openapi({
    description: 'Of these, how many wait for their endpoint, which is paused, disabled or only fails.',
  }),
}

/** A recovery and its progress, as they are shown. */
export const Recovery = z
  .object({
    id: z.string(),
    tenantId: z.string(),
    status: z.enum(RECOVERY_STATUSES),
    ...counts,
    filter,
    perSecond: z.int(),
    createdAt: shownMoment,
    finishedAt: shownMoment.nullable(),
  })
  .openapi('Recovery')

/** What a dry run is answered. */
export const RecoveryDryRun = z
  .object({ id: z.null(), tenantId: z.string(), status: z.null(), ...counts, filter, perSecond: z.int() })
  .openapi('RecoveryDryRun')

/** From the row to the answer; `ends` is undefined when all its deliveries are on their way. */
export function showRecovery(row: RecoveryRow, ends: RecoveryEnds | undefined): z.infer<typeof Recovery> {
  return {
    id: row.id,
    tenantId: row.tenantId,
    status: row.status,
    matched: row.matched,
    started: row.restarted,
    done: ends?.done ?? 0,
    failed: ends?.failed ?? 0,
    held: ends?.held ?? 0,
    filter: showFilter(row),
    perSecond: row.perSecond,
    createdAt: row.createdAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
  }
}

/** From what was counted to the answer. */
export function showDryRun(
  tenantId: string,
  { scope, matched }: Measured,
  perSecond: number,
): z.infer<typeof RecoveryDryRun> {
  const nothing = { started: 0, done: 0, failed: 0, held: 0 }
  return { id: null, tenantId, status: null, matched, ...nothing, filter: showFilter(scope), perSecond }
}

function showFilter(
  scope: Pick<RecoveryRow, 'endpointId' | 'statuses' | 'eventType' | 'after' | 'before' | 'includeUnsent'>,
): z.infer<typeof filter> {
  return {
    endpointId: scope.endpointId,
    status: scope.statuses,
    eventType: scope.eventType,
    after: scope.after.toISOString(),
    before: scope.before.toISOString(),
    includeUnsent: scope.includeUnsent,
  }
}
