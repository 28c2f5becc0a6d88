/** Showing an endpoint's secrets to somebody who may see them. */
import type { Audited } from '../audit/entry.ts'
import { record } from '../audit/store.ts'
import type { Db } from '../db/open.ts'
import { notFound } from '../errors.ts'
import type { Id } from '../ids.ts'
import type { Keyring } from '../sealing/keyring.ts'
import { openSecrets, type RevealedSecrets } from './secrets.ts'

/** What revealing needs from outside. */
export interface RevealNeeds extends Audited {
  keyring: Pick<Keyring, 'open'>
}

/**
 * Only what was written down is shown.
 * @param db a transaction
 * @throws RingbackError `not_found`; `master_key_unknown` when the secret is sealed under a key that is not configured
 */
export async function revealSecret(
  db: Db,
  { by, keyring }: RevealNeeds,
  tenantId: string,
  endpointId: Id<'endpoint'>,
): Promise<RevealedSecrets> {
  const secrets = await openSecrets(db, keyring, tenantId, endpointId)
  if (!secrets) throw notFound('endpoint')
  await record(db, by, { action: 'endpoint.secret_revealed', tenantId, targetId: endpointId })
  return secrets
}
