import { keyReused } from '../access/idempotency.ts'
import { answerId, findAnswers, insertAnswers, type KeptAnswer } from '../access/store.ts'
import type { Db } from '../db/open.ts'
import type { RingbackError } from '../errors.ts'
import type { Keyring } from '../sealing/keyring.ts'
import type { Candidate } from './candidate.ts'
import type { Accepted } from './event.ts'
import { keptAnswer } from './keep-answer.ts'

/**
 * Takes the idempotency keys that are free, and keeps the answers under them. A key that another transaction is about
 * to take is waited for: of a thousand equal requests one creates, the others get its answer.
 * @returns what those that came too late are answered
 */
export async function claimKeys(
  tx: Db,
  keyring: Keyring,
  candidates: readonly Candidate[],
): Promise<Map<Candidate, Accepted | RingbackError>> {
  const earlier = new Map<Candidate, Accepted | RingbackError>()
  const keyed = candidates.filter((candidate) => candidate.request.idempotency)
  if (keyed.length === 0) return earlier

  const firstOfKey = new Map<string, Candidate>()
  for (const candidate of keyed) {
    const id = keyId(candidate)
    if (!firstOfKey.has(id)) firstOfKey.set(id, candidate)
  }
  const inserted = await insertAnswers(
    tx,
    [...firstOfKey.values()].map((candidate) => keptAnswer(keyring, candidate, candidate.answer)),
  )
  const late = keyed.filter(
    (candidate) => firstOfKey.get(keyId(candidate)) !== candidate || !inserted.has(keyId(candidate)),
  )
  if (late.length === 0) return earlier

  const kept = await findAnswers(
    tx,
    late.map(({ request }) => request.idempotency!),
  )
  const keptById = new Map(kept.map((answer) => [answerId(answer.owner, answer.key), answer]))
  for (const candidate of late)
    earlier.set(candidate, replay(keyring, candidate, keptById.get(keyId(candidate))!))
  return earlier
}

const keyId = ({ request }: Candidate) => answerId(request.idempotency!.owner, request.idempotency!.key)

function replay(keyring: Keyring, { request }: Candidate, kept: KeptAnswer): Accepted | RingbackError {
  if (!kept.fingerprint.equals(request.idempotency!.fingerprint)) return keyReused()
  const answer = JSON.parse(keyring.open(kept.body, answerId(kept.owner, kept.key)).toString()) as Accepted
  return { ...answer, createdAt: new Date(answer.createdAt), replayed: true }
}
