/** From a catalogue in code to the server's event types. */
import { RingbackError } from './error.ts'
import type { EventType, EventTypeSettings } from './generated/schemas.ts'
import type { Ringback } from './ringback.ts'
import type { StandardSchema } from './standard-schema.ts'

/** An event type in code: its validator alone, or with more to say. */
export type EventTypeDefinition =
  | StandardSchema
  | (Omit<EventTypeSettings, 'schema'> & {
      /** A validator, or a JSON Schema. */
      schema?: StandardSchema | Record<string, unknown> | boolean | null | undefined
    })

/** How event types are pushed. */
export interface PushOptions {
  /**
   * Writes a validator as JSON Schema, for libraries whose validators cannot do it themselves. Those of Zod 4 can.
   * @example { toJsonSchema: (schema) => toJsonSchema(schema as never) } // of @valibot/to-json-schema
   */
  toJsonSchema?: ((schema: StandardSchema) => Record<string, unknown>) | undefined
  /** Says what would change, and changes nothing. */
  dryRun?: boolean | undefined
  signal?: AbortSignal | undefined
}

/** What became of one event type. */
export interface PushedEventType {
  name: string
  change: 'created' | 'updated' | 'unchanged'
}

/**
 * Makes the server's event types as a catalogue in code has them. What a definition does not mention stays as it is, and so
 * do event types that the catalogue has not: nothing is archived.
 * @param catalogue by the name of the event type
 * @returns what became of each, in the order of the catalogue
 * @throws RingbackError with the API's `code`; `schema_unwritable` for a validator that nobody can write as JSON Schema,
 * before anything is changed
 * @example await pushEventTypes(client, { 'invoice.paid': z.object({ amount: z.number() }) })
 */
export async function pushEventTypes(
  client: Pick<Ringback, 'eventTypes'>,
  catalogue: Readonly<Record<string, EventTypeDefinition>>,
  options: PushOptions = {},
): Promise<PushedEventType[]> {
  const { dryRun = false, signal } = options
  const wanted = Object.entries(catalogue).map(([name, one]) => ({
    name,
    settings: settingsOf(name, one, options),
  }))
  const present = new Map<string, EventType>()
  for await (const one of client.eventTypes.list({}, { signal })) present.set(one.name, one)

  const pushed: PushedEventType[] = []
  for (const { name, settings } of wanted) {
    const change = changeOf(present.get(name), settings)
    if (change !== 'unchanged' && !dryRun) await client.eventTypes.put(name, settings, { signal })
    pushed.push({ name, change })
  }
  return pushed
}

function settingsOf(name: string, definition: EventTypeDefinition, options: PushOptions): EventTypeSettings {
  if (isValidator(definition)) return { schema: jsonSchemaOf(name, definition, options) }
  const { schema, ...settings } = definition
  if (schema === undefined) return settings
  return { ...settings, schema: isValidator(schema) ? jsonSchemaOf(name, schema, options) : schema }
}

/** Some libraries' schemas are functions. */
const isValidator = (given: unknown): given is StandardSchema =>
  ((typeof given === 'object' && given !== null) || typeof given === 'function') && '~standard' in given

/** Of what is put in, for that is what is emitted. */
function jsonSchemaOf(name: string, schema: StandardSchema, { toJsonSchema }: PushOptions) {
  if (toJsonSchema) return toJsonSchema(schema)
  const { jsonSchema, vendor } = schema['~standard']
  if (jsonSchema) return jsonSchema.input({ target: 'draft-2020-12' })
  throw new RingbackError(
    'schema_unwritable',
    `The ${vendor} schema of ${name} does not write itself as JSON Schema; hand in \`toJsonSchema\`.`,
  )
}

function changeOf(
  present: EventType | undefined,
  settings: EventTypeSettings,
): 'created' | 'updated' | 'unchanged' {
  if (!present) return 'created'
  const fields = Object.entries(settings).filter(([, value]) => value !== undefined)
  const isSame = fields.every(([name, value]) =>
    // What was never said is shown as null, or not at all.
    equalText(value ?? null, present[name as keyof EventType] ?? null),
  )
  return isSame ? 'unchanged' : 'updated'
}

const equalText = (a: unknown, b: unknown): boolean => canonical(a) === canonical(b)

/** JSON whose fields are in the order of their names: Postgres keeps another order than was sent. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
