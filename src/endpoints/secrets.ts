/** Signing secrets in clear: sealed on the way into the store, opened on the way out. */
import type { Db } from '../db/open.ts'
import type { Id, Ids } from '../ids.ts'
import type { Keyring } from '../sealing/keyring.ts'
import { insertSecret, liveSecrets } from './store/secrets.ts'

/** The secrets that sign now. */
export interface RevealedSecrets {
  secret: string
  /** Those that sign beside it for a while, newest first. */
  previous: { secret: string; expiresAt: Date }[]
}

/** Makes a secret the current one of an endpoint, sealed under its own row's id. */
export async function addSecret(
  db: Db,
  { ids, keyring }: { ids: Ids; keyring: Pick<Keyring, 'seal'> },
  tenantId: string,
  endpointId: Id<'endpoint'>,
  secret: string,
): Promise<void> {
  const id = ids('secret')
  await insertSecret(db, tenantId, endpointId, { id, sealed: keyring.seal(secret, id) })
}

/** Opens the live secrets of an endpoint; undefined when it has none, since it does not exist. */
export async function openSecrets(
  db: Db,
  keyring: Pick<Keyring, 'open'>,
  tenantId: string,
  endpointId: Id<'endpoint'>,
): Promise<RevealedSecrets | undefined> {
  const [current, ...rotated] = await liveSecrets(db, tenantId, endpointId)
  if (!current) return undefined
  const open = ({ id, sealed }: { id: Id<'secret'>; sealed: Buffer }) => keyring.open(sealed, id).toString()
  return {
    secret: open(current),
    // A rotation gives every former secret an end.
    previous: rotated.map((row) => ({ secret: open(row), expiresAt: row.expiresAt! })),
  }
}
