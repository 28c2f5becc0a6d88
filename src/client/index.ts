/**
 * The client of Ringback: `import { Ringback } from 'ringback/client'`. It needs `fetch` and nothing else, so it runs on
 * Node, Bun, Deno, edge runtimes and in browsers.
 */
export type { AnyEvents, EventName, Validators } from './catalogue.ts'
export type { Emitter, EmitterOptions } from './emitter.ts'
export { type ClientErrorCode, type Fault, RingbackError } from './error.ts'
export type { EventStream, StreamedEvent, StreamOptions } from './event-stream.ts'
export type { BatchEvent, EmitOptions, EventOptions, Events } from './events.ts'
export type * from './generated/schemas.ts'
export type { ClientOptions } from './http.ts'
export type { RequestOptions } from './operation.ts'
export type { Page, Pages } from './pages.ts'
export {
  type EventTypeDefinition,
  type PushedEventType,
  type PushOptions,
  pushEventTypes,
} from './push-event-types.ts'
export { type RenderedEventType, renderCatalogue } from './render-catalogue.ts'
export { Ringback, type RingbackOptions } from './ringback.ts'
export { schemaType } from './schema-type.ts'
export type { SchemaIssue, SchemaResult, StandardSchema } from './standard-schema.ts'
