/**
 * Rotating an endpoint's secret: the new one signs at once, the former ones sign beside it for a while, so that a
 * receiver can change over without refusing a callback.
 *
 * Source: Standard Webhooks 1.0.0, "Signature scheme" (several signatures in one header).
 */
import type { Audited } from '../audit/entry.ts'
import { record } from '../audit/store.ts'
import type { Db } from '../db/open.ts'
import { notFound, refused } from '../errors.ts'
import type { Id, Ids } from '../ids.ts'
import type { Keyring } from '../sealing/keyring.ts'
import { newSecret } from '../signing/secret.ts'
import { bumpConfigVersion } from '../tenants/store.ts'
import { checkedSecret } from './checks.ts'
import { ENDPOINT_LIMITS } from './endpoint.ts'
import { addSecret, openSecrets, type RevealedSecrets } from './secrets.ts'
import { findEndpoint } from './store/endpoints.ts'
import { expireSecretsIn, liveSecrets } from './store/secrets.ts'

/** What rotating needs from outside. */
export interface RotateNeeds extends Audited {
  ids: Ids
  keyring: Keyring
}

/** How to rotate. */
export interface Rotation {
  /** The new secret; left out, one is made. */
  secret?: string | undefined
  /** How long the former ones still sign; 0 ends them now. */
  graceSeconds?: number | undefined
}

/**
 * @param db a transaction
 * @returns all secrets that sign now
 * @throws RingbackError `not_found`, `secret_invalid`, `secret_unchanged`, `too_many_secrets`
 */
export async function rotateSecret(
  db: Db,
  needs: RotateNeeds,
  tenantId: string,
  endpointId: Id<'endpoint'>,
  { secret = newSecret(), graceSeconds = ENDPOINT_LIMITS.graceSeconds.usual }: Rotation,
): Promise<RevealedSecrets> {
  checkedSecret(secret)
  await bumpConfigVersion(db, tenantId)
  if (!(await findEndpoint(db, tenantId, endpointId))) throw notFound('endpoint')
  const standing = await openSecrets(db, needs.keyring, tenantId, endpointId)
  if (standing?.secret === secret) throw unchanged()

  await expireSecretsIn(db, tenantId, endpointId, graceSeconds)
  const former = await liveSecrets(db, tenantId, endpointId)
  if (former.length >= ENDPOINT_LIMITS.liveSecrets) throw tooMany()
  await addSecret(db, needs, tenantId, endpointId, secret)
  await record(db, needs.by, {
    action: 'endpoint.secret_rotated',
    tenantId,
    targetId: endpointId,
    after: { graceSeconds },
  })
  return (await openSecrets(db, needs.keyring, tenantId, endpointId))!
}

/** It would sign twice, and then end with the former ones. */
const unchanged = () => {
  const message = 'This is the present secret already.'
  return refused('secret_unchanged', message, [{ path: 'secret', message }])
}

const tooMany = () =>
  refused(
    'too_many_secrets',
    `${ENDPOINT_LIMITS.liveSecrets} secrets sign already. Wait until one expires, or rotate with graceSeconds 0.`,
  )
