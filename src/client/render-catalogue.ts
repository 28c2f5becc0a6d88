/** From the server's event types to a catalogue in TypeScript, for `new Ringback<Catalogue>(...)`. */
import type { EventType } from './generated/schemas.ts'
import { docComment, propertyName, schemaType } from './schema-type.ts'

/** What of an event type the catalogue is made from. */
export type RenderedEventType = Pick<EventType, 'name' | 'description' | 'deprecated'> & { schema?: unknown }

/**
 * Writes a catalogue as the text of a TypeScript module. Event types are in the order of their names, so that the text is
 * the same whenever they are; data without a schema is `unknown`.
 * @param options.name the name of the interface; `Catalogue` unless told
 * @example await writeFile('catalogue.ts', renderCatalogue(await Array.fromAsync(client.eventTypes.list())))
 */
export function renderCatalogue(
  eventTypes: readonly RenderedEventType[],
  { name = 'Catalogue' }: { name?: string } = {},
): string {
  const fields = [...eventTypes]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((one) => {
      const about = [
        ...(one.description ? [one.description] : []),
        ...(one.deprecated ? ['@deprecated'] : []),
      ]
      const type = one.schema === null ? 'unknown' : schemaType(one.schema, {}, '  ')
      return `${docComment(about, '  ')}  ${propertyName(one.name)}: ${type}\n`
    })
  const head =
    '/** The event types of Ringback and their data. Written by `ringback types`; do not edit. */\n'
  return `${head}export interface ${name} {\n${fields.join('')}}\n`
}
