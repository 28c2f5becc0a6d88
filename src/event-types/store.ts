import { and, desc, eq, getTableColumns, isNull, sql } from 'drizzle-orm'
import { givenRows } from '../db/given-rows.ts'
import type { Db } from '../db/open.ts'
import { run } from '../db/statement.ts'
import type { EventType, EventTypeChange, SchemaMode } from './event-type.ts'
import { eventTypes } from './table.ts'

/** Makes the event type, or changes what is given of it; one that was archived is back in the catalogue. */
export async function upsertEventType(
  db: Db,
  name: string,
  change: EventTypeChange,
): Promise<{ eventType: EventType; created: boolean }> {
  const given = { ...change, schema: jsonColumn(change.schema), example: jsonColumn(change.example) }
  const rows = await db
    .insert(eventTypes)
    .values({ ...given, name })
    .onConflictDoUpdate({
      target: eventTypes.name,
      set: { ...given, archivedAt: null, updatedAt: NEXT_MOMENT },
    })
    // A row that the insert made was never updated: it has no xmax.
    .returning({ ...getTableColumns(eventTypes), created: sql<boolean>`xmax = 0` })
  const { created, ...eventType } = rows[0]!
  return { eventType, created }
}

/** One event type, archived or not, if there is such. */
export async function findEventType(db: Db, name: string): Promise<EventType | undefined> {
  const rows = await db.select().from(eventTypes).where(eq(eventTypes.name, name))
  return rows[0]
}

/** Where a page of event types ended. */
export type EventTypePosition = Pick<EventType, 'name' | 'createdAt'>

/** The catalogue, newest first; without what is archived. */
export function listEventTypes(
  db: Db,
  { olderThan, limit }: { olderThan?: EventTypePosition | undefined; limit: number },
): Promise<EventType[]> {
  return db
    .select()
    .from(eventTypes)
    .where(
      and(
        isNull(eventTypes.archivedAt),
        olderThan &&
          sql`(${eventTypes.createdAt}, ${eventTypes.name}) < (${olderThan.createdAt}, ${olderThan.name})`,
      ),
    )
    .orderBy(desc(eventTypes.createdAt), desc(eventTypes.name))
    .limit(limit)
}

/**
 * Takes an event type out of the catalogue; one that is out already stays as it is.
 * @returns whether there is such
 */
export async function setArchived(db: Db, name: string): Promise<boolean> {
  const rows = await db
    .update(eventTypes)
    .set({ archivedAt: sql`coalesce(${eventTypes.archivedAt}, now())`, updatedAt: NEXT_MOMENT })
    .where(eq(eventTypes.name, name))
    .returning({ name: eventTypes.name })
  return rows.length > 0
}

/** What the checks of events need of an event type in the catalogue. */
export interface SchemaState {
  name: string
  schemaMode: SchemaMode
  /** Changes with every change. */
  version: string
  /** Only when the version is not the known one. */
  schema: unknown
}

const KNOWN = givenRows<{ name: string; version: string | null }>('known', {
  name: ['text', ({ name }) => name],
  version: ['timestamptz', ({ version }) => version],
})

const STATES = sql`
  select e.name, e.schema_mode as "schemaMode", e.updated_at as version,
    case when e.schema_mode <> 'off' and e.updated_at is distinct from known.version then e.schema end as schema
  from ${KNOWN.table} join ${eventTypes} e on e.name = known.name
  where e.archived_at is null`

/**
 * The state of some names in one statement; a schema travels only when it is new to the caller. Unlisted and archived
 * names are not in the answer.
 * @param known the version that the caller has of each name, null for none
 */
export async function schemaStates(
  db: Db,
  known: readonly { name: string; version: string | null }[],
): Promise<SchemaState[]> {
  return run<SchemaState & Record<string, unknown>>(db, { text: STATES, values: KNOWN.values(known) })
}

/** Later than the moment before, even within one millisecond: caches tell versions apart by it. */
const NEXT_MOMENT = sql`greatest(now(), ${eventTypes.updatedAt} + interval '1 millisecond')`

/** A cleared value is SQL's null; drizzle would write JSON's. */
const jsonColumn = (value: unknown) => (value === null ? sql`null` : value)
