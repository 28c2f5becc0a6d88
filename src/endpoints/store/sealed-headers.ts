/** Headers of all tenants' endpoints by the key that seals their values, for the rotation of master keys. */
import { and, asc, gt, type SQL, sql } from 'drizzle-orm'
import type { Db } from '../../db/open.ts'
import type { Id } from '../../ids.ts'
import type { SealedHeaders } from '../headers.ts'
import { endpoints } from '../table.ts'

/** The headers of an endpoint as they are stored. */
export interface EndpointHeaders {
  id: Id<'endpoint'>
  headers: SealedHeaders
}

const anyBeginsOtherwise = (head: Buffer): SQL => sql`exists (
  select from jsonb_each_text(${endpoints.headers}) as header (name, sealed)
  where substring(decode(sealed, 'base64') from 1 for ${sql.raw(`${head.length}`)}) <> ${sql.param(head)})`

/**
 * Takes some endpoints of whose headers any is not sealed as by `head`, in the order of their ids. They are locked until
 * the transaction ends; those that another process has locked are passed over.
 * @param after where the last page ended
 */
export function takeHeadersSealedOtherwise(
  tx: Db,
  head: Buffer,
  after: Id<'endpoint'> | null,
  limit: number,
): Promise<EndpointHeaders[]> {
  return tx
    .select({ id: endpoints.id, headers: endpoints.headers })
    .from(endpoints)
    .where(and(anyBeginsOtherwise(head), after === null ? undefined : gt(endpoints.id, after)))
    .orderBy(asc(endpoints.id))
    .limit(limit)
    .for('no key update', { skipLocked: true })
}

/** Writes headers sealed anew. Nobody has to look again: they say what they said. */
export async function replaceHeaders(tx: Db, rows: readonly EndpointHeaders[]): Promise<void> {
  if (rows.length === 0) return
  await tx.execute(sql`
    update ${endpoints} as endpoint set headers = anew.headers
    from unnest(
      ${sql.param(rows.map(({ id }) => id))}::text[],
      ${sql.param(rows.map(({ headers }) => JSON.stringify(headers)))}::jsonb[]) as anew (id, headers)
    where endpoint.id = anew.id`)
}

/** Of how many endpoints any header is not sealed as by `head`. */
export function countHeadersSealedOtherwise(db: Db, head: Buffer): Promise<number> {
  return db.$count(endpoints, anyBeginsOtherwise(head))
}
