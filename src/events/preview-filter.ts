/** Trying what a subscription would get, on what has happened: nothing is stored, nothing is sent. */
import type { Db } from '../db/open.ts'
import { checkedFilter } from '../endpoints/checks.ts'
import { compilePatterns } from '../endpoints/pattern.ts'
import { compileFilter, type Verdict } from '../filter/compile.ts'
import type { Id } from '../ids.ts'
import { inTurns, type Work } from '../turns.ts'
import { newestEvents } from './store.ts'

/** Why an event would not be sent: it is of another type, the filter keeps its data out, or costs too much on it. */
export const PREVIEW_REASONS = ['type', 'filter', 'filter_too_costly'] as const
export type PreviewReason = (typeof PREVIEW_REASONS)[number]

/** An event, and what a subscription would make of it. */
export interface Previewed {
  eventId: Id<'event'>
  type: string
  /** Null when it matches. */
  reason: PreviewReason | null
}

/** Bounds what is read and parsed for one preview: a hundred events of the largest would be 25 MiB. */
const MOST_BYTES = 4 * 1024 * 1024

/** What is to be tried, and on what. */
export interface PreviewRequest {
  eventTypes: readonly string[]
  filter: unknown
  /** On events made at this time or later; left out: on all. */
  after?: Date | undefined
  limit: number
}

/**
 * Tries a subscription on a tenant's newest events.
 * @param request.limit how many; fewer, though at least one, when they are large
 * @throws RingbackError `filter_invalid`
 */
export async function previewFilter(
  db: Db,
  tenantId: string,
  { eventTypes, filter, after, limit }: PreviewRequest,
): Promise<Previewed[]> {
  checkedFilter(filter, '')
  const wants = compilePatterns(eventTypes)
  const test = filter === null ? null : compileFilter(filter)
  const events = await newestEvents(db, tenantId, { after, limit, mostBytes: MOST_BYTES })
  return inTurns(tried())

  function* tried(): Work<Previewed[]> {
    const previewed: Previewed[] = []
    for (const { id: eventId, type, body } of events) {
      if (test) yield
      previewed.push({ eventId, type, reason: reasonOf(type, body) })
    }
    return previewed
  }

  function reasonOf(type: string, body: Buffer): PreviewReason | null {
    if (!wants(type)) return 'type'
    if (!test) return null
    const { data } = JSON.parse(body.toString()) as { data: unknown }
    return REASONS[test(data)]
  }
}

const REASONS = {
  match: null,
  no_match: 'filter',
  too_costly: 'filter_too_costly',
} as const satisfies Record<Verdict, PreviewReason | null>
