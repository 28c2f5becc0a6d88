/** What is done with an event that breaks its type's JSON Schema: nothing, a line in the log, a refusal. */
export const SCHEMA_MODES = ['off', 'warn', 'enforce'] as const
export type SchemaMode = (typeof SCHEMA_MODES)[number]
