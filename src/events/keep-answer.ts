import { answerId, type KeptAnswer } from '../access/store.ts'
import type { Keyring } from '../sealing/keyring.ts'
import type { Candidate } from './candidate.ts'
import type { Accepted } from './event.ts'

/** The answer to a request with an idempotency key, as it is kept for those that come again. */
export function keptAnswer(keyring: Keyring, { request }: Candidate, answer: Accepted): KeptAnswer {
  const { owner, key, fingerprint } = request.idempotency!
  return {
    owner,
    key,
    fingerprint,
    status: 202,
    body: keyring.seal(JSON.stringify(answer), answerId(owner, key)),
  }
}
