import { and, desc, eq, gt, isNull, lte, or, sql } from 'drizzle-orm'
import type { Db } from '../../db/open.ts'
import type { Id } from '../../ids.ts'
import { endpointSecrets } from '../table.ts'

/** A secret as it is stored: sealed under its own row's id. */
export interface SecretRow {
  id: Id<'secret'>
  sealed: Buffer
  /** Null for the current one. */
  expiresAt: Date | null
}

/** Adds the current secret of an endpoint. */
export async function insertSecret(
  db: Db,
  tenantId: string,
  endpointId: Id<'endpoint'>,
  secret: { id: Id<'secret'>; sealed: Buffer },
): Promise<void> {
  await db.insert(endpointSecrets).values({ ...secret, tenantId, endpointId })
}

/** The secrets of an endpoint that sign now, newest first: the current one leads. */
export function liveSecrets(db: Db, tenantId: string, endpointId: Id<'endpoint'>): Promise<SecretRow[]> {
  return db
    .select({ id: endpointSecrets.id, sealed: endpointSecrets.sealed, expiresAt: endpointSecrets.expiresAt })
    .from(endpointSecrets)
    .where(
      and(
        ofEndpoint(tenantId, endpointId),
        or(isNull(endpointSecrets.expiresAt), gt(endpointSecrets.expiresAt, sql`now()`)),
      ),
    )
    .orderBy(desc(endpointSecrets.id))
}

/**
 * Lets all secrets of an endpoint sign for a while longer, but none beyond its own end; removes those that are past it.
 * @param graceSeconds 0 ends them now
 */
export async function expireSecretsIn(
  db: Db,
  tenantId: string,
  endpointId: Id<'endpoint'>,
  graceSeconds: number,
): Promise<void> {
  const { expiresAt } = endpointSecrets
  await db
    .update(endpointSecrets)
    // `least` passes over a null. Cut to the column's milliseconds: rounded up, an end of now would lie ahead.
    .set({
      expiresAt: sql`least(${expiresAt}, date_trunc('milliseconds', now()) + ${graceSeconds} * interval '1 second')`,
    })
    .where(ofEndpoint(tenantId, endpointId))
  await db.delete(endpointSecrets).where(and(ofEndpoint(tenantId, endpointId), lte(expiresAt, sql`now()`)))
}

const ofEndpoint = (tenantId: string, endpointId: Id<'endpoint'>) =>
  and(eq(endpointSecrets.tenantId, tenantId), eq(endpointSecrets.endpointId, endpointId))
