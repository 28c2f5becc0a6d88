/** Signing secrets of all tenants by the key that seals them, for the rotation of master keys. */
import { and, asc, gt, ne, type SQL, sql } from 'drizzle-orm'
import type { Db } from '../../db/open.ts'
import type { Id } from '../../ids.ts'
import { endpointSecrets } from '../table.ts'

/** A secret as it is stored. */
export interface SealedSecret {
  id: Id<'secret'>
  sealed: Buffer
}

const beginsOtherwise = (head: Buffer): SQL =>
  ne(sql`substring(${endpointSecrets.sealed} from 1 for ${sql.raw(`${head.length}`)})`, sql.param(head))

/**
 * Takes some secrets that are not sealed as by `head`, in the order of their ids. They are locked until the transaction
 * ends; those that another process has locked are passed over, for it is at them.
 * @param after where the last page ended
 */
export function takeSealedOtherwise(
  tx: Db,
  head: Buffer,
  after: Id<'secret'> | null,
  limit: number,
): Promise<SealedSecret[]> {
  return tx
    .select({ id: endpointSecrets.id, sealed: endpointSecrets.sealed })
    .from(endpointSecrets)
    .where(and(beginsOtherwise(head), after === null ? undefined : gt(endpointSecrets.id, after)))
    .orderBy(asc(endpointSecrets.id))
    .limit(limit)
    .for('update', { skipLocked: true })
}

/** Writes secrets sealed anew. */
export async function replaceSealed(tx: Db, secrets: readonly SealedSecret[]): Promise<void> {
  if (secrets.length === 0) return
  await tx.execute(sql`
    update ${endpointSecrets} as secret set sealed = anew.sealed
    from unnest(
      ${sql.param(secrets.map(({ id }) => id))}::text[],
      ${sql.param(secrets.map(({ sealed }) => sealed))}::bytea[]) as anew (id, sealed)
    where secret.id = anew.id`)
}

/** How many secrets are not sealed as by `head`. */
export async function countSealedOtherwise(db: Db, head: Buffer): Promise<number> {
  return db.$count(endpointSecrets, beginsOtherwise(head))
}
