/** Giving somebody a key of their own. */
import type { Audited } from '../audit/entry.ts'
import { record } from '../audit/store.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/open.ts'
import { notFound, refused } from '../errors.ts'
import type { Ids } from '../ids.ts'
import { holdTenant } from '../tenants/store.ts'
import { refuseReserved } from '../tenants/tenant.ts'
import { auditedKey } from './audited.ts'
import type { Scope } from './caller.ts'
import { hashOfKey, newKeyText } from './key-text.ts'
import { type ApiKeyRow, countApiKeys, insertApiKey } from './store/api-keys.ts'

/** What somebody says of a new key. */
export interface KeyRequest {
  name: string
  scopes: readonly Scope[]
  /** The one tenant whose part it is to open; left out, all. */
  tenantId?: string | undefined
  /** Left out: never. */
  expiresAt?: Date | undefined
}

/**
 * @param db a transaction
 * @param needs.most how many keys may be bound to one tenant; those that are bound to none are the operator's to count
 * @returns the key, and its text to be shown this once
 * @throws RingbackError `not_found` (no such tenant), `validation_failed` (it would have expired already),
 * `tenant_id_reserved`, `too_many_api_keys`
 */
export async function createApiKey(
  db: Db,
  { by, ids, clock, most }: Audited & { ids: Ids; clock: Clock; most: number },
  { name, scopes, tenantId, expiresAt }: KeyRequest,
): Promise<{ key: ApiKeyRow; text: string }> {
  if (expiresAt && expiresAt.getTime() <= clock.now()) throw expired()
  if (tenantId !== undefined) {
    refuseReserved(tenantId)
    if (!(await holdTenant(db, tenantId))) throw notFound('tenant')
    if ((await countApiKeys(db, tenantId)) >= most) throw tooMany(most)
  }
  const id = ids('apiKey')
  const text = newKeyText(id)
  const key = await insertApiKey(db, {
    id,
    name,
    scopes: [...new Set(scopes)],
    tenantId: tenantId ?? null,
    hash: hashOfKey(text),
    expiresAt: expiresAt ?? null,
  })
  const after = auditedKey(key)
  await record(db, by, { action: 'api_key.created', tenantId: key.tenantId, targetId: id, after })
  return { key, text }
}

const tooMany = (most: number) =>
  refused('too_many_api_keys', `A tenant has ${most} keys at most; revoke one first.`)

const expired = () =>
  refused('validation_failed', 'The request is not valid; "errors" says where.', [
    { path: 'expiresAt', message: 'must be in the future' },
  ])
