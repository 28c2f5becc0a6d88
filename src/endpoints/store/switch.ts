import { and, eq, sql } from 'drizzle-orm'
import type { Db } from '../../db/open.ts'
import type { Id } from '../../ids.ts'
import { SHOWN_FROM_ATTEMPTS } from '../health.ts'
import { endpoints } from '../table.ts'

/** What an endpoint with a closed circuit has of one. */
const CIRCUIT_CLOSED = { circuitOpenedAt: null, probeAt: null, probes: 0, probeDeliveryId: null } as const

/** Switches an endpoint on whyever it was off; its streak of failures is forgotten, and its places grow from now. */
export async function switchOn(db: Db, tenantId: string, id: Id<'endpoint'>): Promise<void> {
  await db
    .update(endpoints)
    .set({
      status: 'active',
      disabledReason: null,
      disabledAt: null,
      failingSince: null,
      failedAttempts: 0,
      ...CIRCUIT_CLOSED,
      resumedAt: sql`now()`,
      updatedAt: sql`now()`,
    })
    .where(itself(tenantId, id))
}

/** Pauses an endpoint. A circuit that is open is forgotten: whoever resumes it wants to see. */
export async function switchPaused(db: Db, tenantId: string, id: Id<'endpoint'>): Promise<void> {
  await db
    .update(endpoints)
    .set({ status: 'paused', ...CIRCUIT_CLOSED, updatedAt: sql`now()` })
    .where(itself(tenantId, id))
}

/** Ends a pause. Its streak of failures is what it was: a pause is no success. Its places grow from now. */
export async function switchResumed(db: Db, tenantId: string, id: Id<'endpoint'>): Promise<void> {
  await db
    .update(endpoints)
    .set({
      status: sql`case when ${endpoints.failedAttempts} >= ${SHOWN_FROM_ATTEMPTS} then 'failing' else 'active' end`,
      resumedAt: sql`now()`,
      updatedAt: sql`now()`,
    })
    .where(itself(tenantId, id))
}

const itself = (tenantId: string, id: Id<'endpoint'>) =>
  and(eq(endpoints.tenantId, tenantId), eq(endpoints.id, id))
