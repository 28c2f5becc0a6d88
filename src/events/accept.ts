/**
 * Accepting: the one way by which an event comes into being. Resolved means committed: the event, its deliveries and
 * its idempotency key stand in Postgres, by one commit that concurrent requests share.
 */
import { record } from '../audit/store.ts'
import { createBatcher } from '../batcher.ts'
import type { Db } from '../db/open.ts'
import { run, type Statement } from '../db/statement.ts'
import type { EndpointStatus } from '../endpoints/endpoint.ts'
import type { Interests } from '../endpoints/interests.ts'
import { conflict, notFound, overloaded, RingbackError } from '../errors.ts'
import type { Catalogue } from '../event-types/catalogue.ts'
import { reach } from '../fail-points.ts'
import { type Id, type Ids, timeOfId } from '../ids.ts'
import type { Keyring } from '../sealing/keyring.ts'
import { type AcceptMeter, silentAcceptMeter } from '../telemetry/accept-meter.ts'
import { noTracing, type Tracing } from '../telemetry/tracing.ts'
import { noWideLines, type WideLines } from '../telemetry/wide-lines.ts'
import type { Candidate, NewDelivery } from './candidate.ts'
import { claimKeys } from './claim-keys.ts'
import { claimOwnIds } from './claim-own-ids.ts'
import { countResults } from './count-results.ts'
import { type Accepted, type EmitRequest, eventBody } from './event.ts'
import { insertionOfEvents } from './store/insertion.ts'

/** What accepting needs from outside. */
export interface AcceptNeeds {
  db: Db
  ids: Ids
  keyring: Keyring
  /** Checks events against their types. */
  catalogue: Catalogue
  /** Says which endpoints want an event. */
  interests: Interests
  /**
   * Stores deliveries, and what goes along in the same statement; answers those that may go at once, in groups that go
   * together. One statement alone, unless some are for endpoints that are not active: then it takes a transaction.
   */
  insertDeliveries(
    db: Db,
    deliveries: readonly NewDelivery[],
    along: Statement,
  ): Promise<readonly NewDelivery[][]>
  /** Takes away what hosts handed over, in the transaction; answers those that were there. */
  takeHandedOver(db: Db, numbers: readonly bigint[]): Promise<ReadonlySet<bigint>>
  /** Told after the commit; must not throw and must not be waited for: the sweeper stands behind it. */
  ready(groups: readonly NewDelivery[][]): void
  /** What is told of it to who watches the process; nothing unless told. */
  meter?: AcceptMeter
  wideLines?: WideLines
  tracing?: Tracing
}

/** Takes events in. */
export interface Acceptor {
  /**
   * Accepts one event.
   * @throws RingbackError `not_found` (no such tenant or endpoint), `schema_violation`, `unknown_event_type`, `idempotency_key_reused`,
   * `overloaded`
   */
  accept(request: EmitRequest): Promise<Accepted>
  /** @throws RingbackError `overloaded` when nothing would be accepted at the moment */
  refuseBeyondRoom(): void
  /** Resolves when nothing is being accepted any more. */
  idle(): Promise<void>
}

/** Bounds a transaction's rows, so that one commit stays within milliseconds. */
const GROUP_EVENTS = 500
/** Bounds a transaction's bytes, so that a few large events do not hold up many small ones. */
const GROUP_BYTES = 4 * 1024 * 1024
/**
 * While one is committed, the next is being judged; and one that waits, for a slow disk or for who has claimed the same key, does
 * not hold up the others for long.
 */
const GROUPS_AT_ONCE = 3
/** Several times what a group takes as a rule, in milliseconds. */
const BESIDE_AFTER = 50
/** What a group costs beyond its events, two questions and a commit, is little for each of so many. */
const BESIDE_FROM = 24

/**
 * What may wait to be stored: some seconds' worth. Where Postgres cannot follow, what comes beyond is refused, to come again
 * later, and does not pile up in memory.
 */
const MOST_WAITING = { items: 10_000, weight: 32 * 1024 * 1024 }

/** @param options.groupsAtOnce 1: events are accepted in the order of the calls */
export function createAcceptor(
  needs: AcceptNeeds,
  { groupsAtOnce = GROUPS_AT_ONCE }: { groupsAtOnce?: number } = {},
): Acceptor {
  const { meter = silentAcceptMeter, wideLines = noWideLines, tracing = noTracing } = needs
  const batcher = createBatcher<EmitRequest, Accepted | RingbackError>({
    run: watched,
    maxItems: GROUP_EVENTS,
    maxWeight: GROUP_BYTES,
    weigh: (request) => request.data.length,
    maxRunning: groupsAtOnce,
    besideAfterMs: BESIDE_AFTER,
    besideFrom: BESIDE_FROM,
  })
  return {
    async accept(request) {
      const span = tracing.accepting(request)
      try {
        refuseBeyondRoom()
        const result = await batcher.add(span ? { ...request, traceparent: span.traceparent } : request)
        if (result instanceof RingbackError) throw result
        span?.accepted(result)
        return result
      } catch (error) {
        span?.refused(error)
        throw error
      }
    },
    refuseBeyondRoom,
    idle: () => batcher.idle(),
  }

  function refuseBeyondRoom() {
    const { items, weight } = batcher.waiting
    if (items < MOST_WAITING.items && weight < MOST_WAITING.weight) return
    meter.refused('overloaded')
    throw overloaded('More events come than Postgres can store. Nothing was accepted; try again shortly.')
  }

  /** Accepts a group, and tells what became of it. */
  async function watched(requests: readonly EmitRequest[]) {
    const began = performance.now()
    try {
      const results = await acceptGroup(needs, requests)
      const tookMs = performance.now() - began
      countResults(meter, requests, results)
      meter.committed(requests.length, tookMs / 1_000)
      wideLines.accepted(requests, results, tookMs)
      return results
    } catch (error) {
      meter.failed(requests.length)
      throw error
    }
  }
}

async function acceptGroup(
  needs: AcceptNeeds,
  requests: readonly EmitRequest[],
): Promise<(Accepted | RingbackError)[]> {
  const results = await judge(needs, requests)
  const candidates = results.filter((result): result is Candidate => !(result instanceof RingbackError))
  const answers = new Map(candidates.map((candidate, i) => [candidate, i]))
  const stored = candidates.length > 0 ? await store(needs, candidates) : []
  return results.map((result) => (result instanceof RingbackError ? result : stored[answers.get(result)!]!))
}

/** Which of them may come in, and for whom they are. Reads only. */
async function judge(
  needs: AcceptNeeds,
  requests: readonly EmitRequest[],
): Promise<(Candidate | RingbackError)[]> {
  const [faults, matches] = await Promise.all([
    needs.catalogue.check(requests),
    needs.interests.match(requests),
  ])
  return requests.map((request, i) => {
    const match = matches[i]
    if (!match) return notFound('tenant')
    if (request.endpointId && match.endpoints.length === 0) return notFound('endpoint')
    return faults[i] ?? candidate(needs.ids, request, match.endpoints)
  })
}

function candidate(
  ids: Ids,
  request: EmitRequest,
  endpoints: readonly { endpointId: Id<'endpoint'>; status: EndpointStatus }[],
): Candidate {
  const id = ids('event')
  const deliveries = endpoints.map(
    ({ endpointId, status }): NewDelivery => ({
      id: ids('delivery'),
      tenantId: request.tenantId,
      eventId: id,
      eventType: request.type,
      endpointId,
      endpointStatus: status,
      trigger: request.endpointId ? 'test' : 'automatic',
      traceparent: request.traceparent ?? null,
    }),
  )
  const answer: Accepted = {
    id,
    type: request.type,
    tenantId: request.tenantId,
    createdAt: new Date(timeOfId(id)),
    deliveryCount: deliveries.length,
    deliveryId: request.endpointId ? deliveries[0]!.id : null,
    replayed: false,
  }
  return { request, answer, deliveries }
}

/** A commit for all of them; what is found already accepted is answered from what stands. */
async function store(
  needs: AcceptNeeds,
  candidates: readonly Candidate[],
): Promise<(Accepted | RingbackError)[]> {
  const { outcome, ready } = candidates.every(isPlain)
    ? { outcome: candidates.map(({ answer }) => answer), ready: await insert(needs, needs.db, candidates) }
    : await needs.db.transaction((tx) => storeOnce(needs, tx, candidates))
  reach('accept.committed')
  if (ready.length > 0) needs.ready(ready)
  return outcome
}

/** Nothing is to be claimed for it, and nothing held: to store it is one statement, which needs no transaction around it. */
const isPlain = ({ request, deliveries }: Candidate): boolean =>
  request.handover === undefined &&
  request.idempotency === undefined &&
  request.externalId === undefined &&
  request.by === undefined &&
  deliveries.every(({ endpointStatus }) => endpointStatus === 'active')

/** Stores those that were not accepted earlier. */
async function storeOnce(needs: AcceptNeeds, tx: Db, candidates: readonly Candidate[]) {
  const earlier = await claimHandedOver(tx, needs, candidates)
  for (const [candidate, first] of await claimKeys(tx, needs.keyring, without(candidates, earlier)))
    earlier.set(candidate, first)
  const unclaimed = without(candidates, earlier)
  for (const [candidate, first] of await claimOwnIds(tx, needs.keyring, unclaimed))
    earlier.set(candidate, first)

  const fresh = without(candidates, earlier)
  for (const test of fresh.filter(({ request }) => request.by)) await recordTest(tx, test)
  return {
    outcome: candidates.map((candidate) => earlier.get(candidate) ?? candidate.answer),
    ready: fresh.length > 0 ? await insert(needs, tx, fresh) : [],
  }
}

/** Stores events and their deliveries. @returns the deliveries that may go at once */
async function insert(
  { insertDeliveries }: AcceptNeeds,
  db: Db,
  candidates: readonly Candidate[],
): Promise<readonly NewDelivery[][]> {
  const events = insertionOfEvents(candidates.map(eventRow))
  const deliveries = candidates.flatMap((candidate) => candidate.deliveries)
  if (deliveries.length > 0) return insertDeliveries(db, deliveries, events)
  await run(db, events)
  return []
}

const without = (candidates: readonly Candidate[], some: ReadonlyMap<Candidate, unknown>) =>
  candidates.filter((candidate) => !some.has(candidate))

/** Takes away what was handed over. @returns what another process was quicker with */
async function claimHandedOver(
  tx: Db,
  { takeHandedOver }: AcceptNeeds,
  candidates: readonly Candidate[],
): Promise<Map<Candidate, Accepted | RingbackError>> {
  const numbers = candidates.flatMap(({ request: { handover } }) => handover ?? [])
  if (numbers.length === 0) return new Map()
  const taken = await takeHandedOver(tx, numbers)
  const lost = candidates.filter(
    ({ request: { handover } }) => handover !== undefined && !taken.has(handover),
  )
  return new Map(lost.map((candidate) => [candidate, conflict('handover_gone', 'It is accepted already.')]))
}

/** Tests are few: people send them. */
async function recordTest(tx: Db, { request, answer }: Candidate): Promise<void> {
  await record(tx, request.by!, {
    action: 'endpoint.tested',
    tenantId: request.tenantId,
    targetId: request.endpointId ?? null,
    after: { eventId: answer.id, deliveryId: answer.deliveryId, eventType: request.type },
  })
}

const eventRow = ({ request, answer }: Candidate) => ({
  id: answer.id,
  tenantId: request.tenantId,
  type: request.type,
  externalId: request.externalId ?? null,
  occurredAt: request.occurredAt ?? null,
  metadata: request.metadata ?? {},
  body: eventBody(answer.id, request),
  deliveryCount: answer.deliveryCount,
  traceparent: request.traceparent ?? null,
})
