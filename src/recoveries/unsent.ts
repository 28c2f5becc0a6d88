/** What was never sent: events that an endpoint wants by its present subscriptions, and has no delivery of. */
import type { Db } from '../db/open.ts'
import { type RecoveryScope, reachedBy } from '../deliveries/store.ts'
import { compileInterests } from '../endpoints/matching.ts'
import { loadInterests } from '../endpoints/store.ts'
import { walkEvents } from '../events/store.ts'
import { firstIdAt, type Id } from '../ids.ts'
import { findTenant } from '../tenants/store.ts'
import { inTurns, type Work } from '../turns.ts'

/** An event, and the endpoints that miss it. */
export interface Unsent {
  id: Id<'event'>
  type: string
  missing: Id<'endpoint'>[]
}

/** A page of the walk. */
export interface UnsentPage {
  /** Those of its events that were not sent to all who want them. */
  unsent: Unsent[]
  /** The last event looked at. */
  cursor: Id<'event'>
  /** There is no other page. */
  exhausted: boolean
}

/** Finds what was never sent, a page after another. */
export type UnsentFinder = (cursor: Id<'event'> | null) => Promise<UnsentPage>

/** Bounds what is held in memory: 50 MB of the largest events. */
const PAGE = 200

/** Makes a finder by what the tenant's endpoints want now. */
export async function createUnsentFinder(
  db: Db,
  tenantId: string,
  scope: RecoveryScope,
): Promise<UnsentFinder> {
  const [loaded] = await loadInterests(db, [tenantId])
  const interests = (loaded?.interests ?? []).filter(
    ({ endpointId }) => scope.endpointId === null || endpointId === scope.endpointId,
  )
  const matcher = compileInterests({ tenantId, configVersion: loaded?.configVersion ?? 0, interests })
  // Only a filter looks at the data; without one, the types tell all.
  const bodies = interests.some(({ subscriptions }) => subscriptions.some(({ filter }) => filter !== null))
  const window = {
    type: scope.eventType,
    after: await sinceMade(db, tenantId, scope.after),
    before: scope.before,
  }

  return async (cursor) => {
    const page = await walkEvents(db, tenantId, window, cursor, { limit: PAGE, bodies })
    const reached = await reachedBy(
      db,
      tenantId,
      page.map(({ id }) => id),
    )
    const unsent = await inTurns(unsentOf(page, reached))
    const exhausted = page.length < PAGE
    return {
      unsent,
      cursor: exhausted ? firstIdAt('event', scope.before.getTime()) : page.at(-1)!.id,
      exhausted,
    }
  }

  function* unsentOf(
    page: Awaited<ReturnType<typeof walkEvents>>,
    reached: Awaited<ReturnType<typeof reachedBy>>,
  ): Work<Unsent[]> {
    const unsent: Unsent[] = []
    for (const { id, type, body } of page) {
      const known = reached.get(id)
      if (known?.isTest) continue
      if (body) yield
      const wanted = yield* matcher.match(type, body && dataOf(body))
      const missing = wanted
        .map(({ endpointId }) => endpointId)
        .filter((endpointId) => !known?.endpointIds.has(endpointId))
      if (missing.length > 0) unsent.push({ id, type, missing })
    }
    return unsent
  }
}

/** What is older than the tenant is of another that had its id, and goes to no endpoint of this one. */
async function sinceMade(db: Db, tenantId: string, after: Date): Promise<Date> {
  const tenant = await findTenant(db, tenantId)
  return tenant && tenant.createdAt > after ? tenant.createdAt : after
}

const dataOf = (body: Buffer): unknown => (JSON.parse(body.toString()) as { data: unknown }).data

/** How many deliveries were never made. */
export async function countUnsent(db: Db, tenantId: string, scope: RecoveryScope): Promise<number> {
  const find = await createUnsentFinder(db, tenantId, scope)
  let count = 0
  for (let page = await find(null); ; page = await find(page.cursor)) {
    for (const { missing } of page.unsent) count += missing.length
    if (page.exhausted) return count
  }
}
