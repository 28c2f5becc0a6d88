import { replaceAnswers } from '../access/store.ts'
import type { Db } from '../db/open.ts'
import { timeOfId } from '../ids.ts'
import type { Keyring } from '../sealing/keyring.ts'
import type { Candidate } from './candidate.ts'
import type { Accepted } from './event.ts'
import { keptAnswer } from './keep-answer.ts'
import { claimExternalIds, findByExternalIds } from './store.ts'

/**
 * Takes the hosts' own ids that are free.
 * @returns what the others are answered: the event that stands; an idempotency key that came with it keeps that answer
 */
export async function claimOwnIds(
  tx: Db,
  keyring: Keyring,
  candidates: readonly Candidate[],
): Promise<Map<Candidate, Accepted>> {
  const earlier = new Map<Candidate, Accepted>()
  const named = candidates.filter(({ request }) => request.externalId !== undefined)
  if (named.length === 0) return earlier

  const claim = ({ request, answer }: Candidate) => ({
    tenantId: request.tenantId,
    externalId: request.externalId!,
    eventId: answer.id,
  })
  const firstOfId = new Map(named.toReversed().map((candidate) => [ownId(claim(candidate)), candidate]))
  const claimed = await claimExternalIds(tx, [...firstOfId.values()].map(claim))
  const late = named.filter(({ answer }) => !claimed.has(answer.id))
  if (late.length === 0) return earlier

  const standing = new Map<string, Accepted>()
  for (const candidate of named)
    if (claimed.has(candidate.answer.id)) standing.set(ownId(claim(candidate)), candidate.answer)
  for (const event of await findByExternalIds(tx, late.map(claim))) {
    const { id, type, tenantId, deliveryCount, externalId } = event
    const answer = {
      id,
      type,
      tenantId,
      deliveryCount,
      createdAt: new Date(timeOfId(id)),
      deliveryId: null,
      replayed: false,
    }
    standing.set(ownId({ tenantId, externalId: externalId! }), answer)
  }
  for (const candidate of late)
    earlier.set(candidate, { ...standing.get(ownId(claim(candidate)))!, replayed: true })

  const keyed = late.filter(({ request }) => request.idempotency)
  if (keyed.length > 0)
    await replaceAnswers(
      tx,
      keyed.map((candidate) => keptAnswer(keyring, candidate, earlier.get(candidate)!)),
    )
  return earlier
}

const ownId = ({ tenantId, externalId }: { tenantId: string; externalId: string }) =>
  `${tenantId} ${externalId}`
