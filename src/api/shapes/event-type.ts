import { z } from '@hono/zod-openapi'
import { type EventType as EventTypeOf, SCHEMA_MODES } from '../../event-types/event-type.ts'
import { shownMoment } from '../responses.ts'

const jsonSchema = z.union([z.record(z.string(), z.unknown()), z.boolean()]).openapi({
  description:
    'A JSON Schema of `data`: draft-07, or 2020-12 where `$schema` says so. Its patterns run in linear time: those that look around or refer to groups are refused.',
})

/** What an author says of an event type. */
export const EventTypeSettings = z
  .strictObject({
    description: z.string().max(1_000).nullish(),
    schema: jsonSchema.nullish(),
    schemaMode: z.enum(SCHEMA_MODES).optional().openapi({
      description:
        'What is done with an event that breaks the schema: nothing, a line in the log, a refusal.',
    }),
    example: z.unknown().optional().openapi({ description: 'What `data` may look like; test sends use it.' }),
    deprecated: z.boolean().optional(),
  })
  .openapi('EventTypeSettings')

/** An event type as it is shown. */
export const EventType = z
  .object({
    name: z.string().openapi({ example: 'invoice.paid' }),
    description: z.string().nullable(),
    schema: jsonSchema.nullable(),
    schemaMode: z.enum(SCHEMA_MODES),
    example: z.unknown(),
    deprecated: z.boolean(),
    archivedAt: shownMoment.nullable().openapi({ description: 'When it left the catalogue.' }),
    createdAt: shownMoment,
    updatedAt: shownMoment,
  })
  .openapi('EventType')

/** From the event type to the answer. */
export function showEventType(eventType: EventTypeOf) {
  return {
    name: eventType.name,
    description: eventType.description,
    // Compiled before it was stored.
    schema: eventType.schema as z.infer<typeof jsonSchema> | null,
    schemaMode: eventType.schemaMode,
    example: eventType.example,
    deprecated: eventType.deprecated,
    archivedAt: eventType.archivedAt?.toISOString() ?? null,
    createdAt: eventType.createdAt.toISOString(),
    updatedAt: eventType.updatedAt.toISOString(),
  }
}
