/** The words of the catalogue of event types. */

/** What is done with an event that breaks its type's JSON Schema: nothing, a line in the log, a refusal. */
export const SCHEMA_MODES = ['off', 'warn', 'enforce'] as const
export type SchemaMode = (typeof SCHEMA_MODES)[number]

/** An event type as it is shown. */
export interface EventType {
  name: string
  description: string | null
  /** A JSON Schema of the event's `data`, as its author wrote it. */
  schema: unknown
  schemaMode: SchemaMode
  /** What `data` may look like; a test send uses it. */
  example: unknown
  deprecated: boolean
  /** When it left the catalogue; null while it is in. */
  archivedAt: Date | null
  createdAt: Date
  updatedAt: Date
}

/** What an author may say of an event type. Left out: as it is, or the default of a new one. Null: cleared. */
export interface EventTypeChange {
  description?: string | null | undefined
  schema?: unknown
  schemaMode?: SchemaMode | undefined
  example?: unknown
  deprecated?: boolean | undefined
}

/** What a test send is called unless told otherwise; known without being in the catalogue. */
export const TEST_TYPE = 'ringback.test'
