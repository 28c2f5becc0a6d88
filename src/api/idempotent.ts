import type { Context, TypedResponse } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { JSONParsed } from 'hono/utils/types'
import { fingerprintOf, type IdempotentRequest, parseIdempotencyKey } from '../access/idempotency-key.ts'
import type { Db } from '../db/open.ts'
import { answerText } from './answer-text.ts'
import type { ApiEnv, ApiNeeds } from './needs.ts'

/** Says that an answer is the one that an earlier, equal request got. */
export const REPLAYED = { 'Idempotent-Replayed': 'true' }

/**
 * Answers a request that creates something: `work` is done in one transaction, once per `Idempotency-Key`.
 * @returns what `work` gives, as JSON with `status`; or the answer that was kept, word for word
 * @throws RingbackError `idempotency_key_invalid`, `idempotency_in_progress`, `idempotency_key_reused`
 */
export async function answerOnce<T, S extends ContentfulStatusCode>(
  c: Context<ApiEnv>,
  { idempotency }: Pick<ApiNeeds, 'idempotency'>,
  status: S,
  work: (tx: Db) => Promise<T>,
): Promise<TypedResponse<JSONParsed<T>, S, 'json'>> {
  const answer = await idempotency.run(idempotentRequest(c), async (tx) => ({
    status,
    body: JSON.stringify(await work(tx)),
  }))
  return answerText<T, S>(c, answer.body, answer.status as S, answer.replayed ? REPLAYED : {})
}

/** Undefined for a request without an `Idempotency-Key`. */
export function idempotentRequest(c: Context<ApiEnv>): IdempotentRequest | undefined {
  const key = parseIdempotencyKey(c.req.header('Idempotency-Key'))
  if (key === undefined) return undefined
  const fingerprint = fingerprintOf(c.req.method, c.req.path, c.get('body').bytes)
  return { owner: c.get('caller').owner, key, fingerprint }
}
