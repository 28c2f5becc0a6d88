/** Ringback as a library: run it inside your own process. */
export type { AnyEvents, EventName } from './client/catalogue.ts'
export { type Fault, RingbackError } from './client/error.ts'
export type { AcceptedEvent } from './client/generated/schemas.ts'
export type { Settings } from './config/options.ts'
export { StartRefused } from './errors.ts'
export { createRingback, type EmitOptions, type Ringback, type RingbackOptions } from './library.ts'
export type { FastifyPlugin, FastifyScope, NodeHandler } from './mounts.ts'
export { createLog, type Log, silentLog } from './telemetry/log.ts'
