import { boolean, json, text } from 'drizzle-orm/pg-core'
import { moment, nameColumn, ringback } from '../db/namespace.ts'
import type { SchemaMode } from './event-type.ts'

/** A row is a name in the catalogue. Written by the API. `json`, not `jsonb`: an author's order of keys is kept. */
export const eventTypes = ringback.table('event_types', {
  name: nameColumn('name').primaryKey(),
  description: text(),
  schema: json().$type<unknown>(),
  schemaMode: text('schema_mode').$type<SchemaMode>().notNull().default('off'),
  example: json().$type<unknown>(),
  deprecated: boolean().notNull().default(false),
  /** Set by DELETE: no longer listed, its old events stay readable. */
  archivedAt: moment('archived_at'),
  createdAt: moment('created_at').notNull().defaultNow(),
  updatedAt: moment('updated_at').notNull().defaultNow(),
})
