/** What the tables of all rooms are made of. */
import { customType, pgSchema, timestamp } from 'drizzle-orm/pg-core'
import type { Id, IdKind } from '../ids.ts'

/** All tables live in a schema of their own, beside whatever else the database holds. */
export const ringback = pgSchema('ringback')

/**
 * Text in byte order. Ids sort by time only under `COLLATE "C"`; the database's own collation is slower and may order
 * letters otherwise.
 */
const byteOrderedText = customType<{ data: string }>({ dataType: () => 'text COLLATE "C"' })

/** A column that holds an id of ours. */
export const idColumn = <K extends IdKind>(_kind: K, name: string) => byteOrderedText(name).$type<Id<K>>()

/** A column that holds a caller's name for something: a tenant, an event type. */
export const nameColumn = (name: string) => byteOrderedText(name)

/** Raw bytes. */
export const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' })

/** A moment, to the millisecond as the API shows it; read as a Date. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' })
