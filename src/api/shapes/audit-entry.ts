import { z } from '@hono/zod-openapi'
import { ACTIONS, ACTOR_KINDS, type Action, isActorId, targetKind } from '../../audit/entry.ts'
import type { AuditRow } from '../../audit/store.ts'
import { timeOfId } from '../../ids.ts'
import { pageQuery } from '../pagination.ts'
import { tenantParam, windowQuery } from '../requests.ts'
import { shownMoment } from '../responses.ts'

const action = z.enum(Object.keys(ACTIONS) as [Action, ...Action[]])

const isKind = (text: string) => ACTOR_KINDS.some((kind) => kind === text)

/** What a list of entries may be asked for. */
export const auditQuery = {
  actor: z
    .custom<(typeof ACTOR_KINDS)[number] | `key_${string}` | `pss_${string}`>(
      (text) => typeof text === 'string' && (isKind(text) || isActorId(text)),
      `must be one of ${ACTOR_KINDS.join(', ')}, or the id of an API key or a portal session`,
    )
    .optional()
    .openapi({
      type: 'string',
      description: 'Who: a kind, or the id of a key or a session.',
      example: 'key',
    }),
  action: action.optional(),
  target: z
    .string()
    .min(1)
    .max(256)
    .optional()
    .openapi({ description: 'What it happened to, by its id or name.' }),
  ...windowQuery,
  ...pageQuery,
}

/** The same, over all tenants. */
export const installationAuditQuery = { tenant: tenantParam.optional(), ...auditQuery }

const state = z.record(z.string(), z.unknown()).nullable()

/** An entry as it is shown. */
export const AuditEntry = z
  .object({
    id: z.string(),
    at: shownMoment,
    action: action.openapi({
      description: Object.entries(ACTIONS)
        .map(([name, says]) => `\`${name}\`: ${says}`)
        .join(' '),
    }),
    tenantId: z.string().nullable().openapi({ description: "Null: the installation's." }),
    target: z.object({ kind: z.string().openapi({ example: 'endpoint' }), id: z.string().nullable() }),
    actor: z.object({
      kind: z.enum(ACTOR_KINDS),
      id: z.string().nullable().openapi({ description: 'Of the key or the session.' }),
      name: z.string().nullable().openapi({ description: 'What the key was called.' }),
    }),
    before: state.openapi({ description: 'As it was, as far as it is different now; null: not there.' }),
    after: state.openapi({ description: 'As it is since; null: gone.' }),
    requestId: z.string().nullable().openapi({ description: 'The `X-Request-Id` of the answer to it.' }),
  })
  .openapi('AuditEntry')

/**
 * From the row to the answer.
 * @param to the one tenant whose people look, who learn of the operator's keys no more than that it was one; null: the
 * operator
 */
export function showAuditEntry(row: AuditRow, to: string | null): z.infer<typeof AuditEntry> {
  const isShown = to === null || row.actorTenantId === to
  return {
    id: row.id,
    at: new Date(timeOfId(row.id)).toISOString(),
    action: row.action,
    tenantId: row.tenantId,
    target: { kind: targetKind(row.action), id: row.targetId },
    actor: {
      kind: row.actorKind,
      id: isShown ? row.actorId : null,
      name: isShown ? row.actorName : null,
    },
    before: row.before as Record<string, unknown> | null,
    after: row.after as Record<string, unknown> | null,
    requestId: row.requestId,
  }
}
