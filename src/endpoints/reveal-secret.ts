/** Showing an endpoint's secrets to somebody who may see them. */
import type { Db } from '../db/open.ts'
import { notFound } from '../errors.ts'
import type { Id } from '../ids.ts'
import type { Keyring } from '../sealing/keyring.ts'
import { openSecrets, type RevealedSecrets } from './secrets.ts'

/** What revealing needs from outside. */
export interface RevealNeeds {
  keyring: Pick<Keyring, 'open'>
}

/** @throws RingbackError `not_found`; `master_key_unknown` when the secret is sealed under a key that is not configured */
export async function revealSecret(
  db: Db,
  { keyring }: RevealNeeds,
  tenantId: string,
  endpointId: Id<'endpoint'>,
): Promise<RevealedSecrets> {
  const secrets = await openSecrets(db, keyring, tenantId, endpointId)
  if (!secrets) throw notFound('endpoint')
  return secrets
}
