/**
 * Emitting inside a host's own transaction: `import { emit, fromPg } from 'ringback/outbox'`. The event exists if and only
 * if the host's change does. No dependency: each adapter wraps what the host has.
 */
export {
  fromDrizzle,
  fromKnex,
  fromKysely,
  fromPg,
  fromPostgresJs,
  fromPrisma,
  type Transaction,
} from './adapters.ts'
export { emit, type OutboxEvent, type OutboxOptions } from './emit.ts'
export {
  type RefusedRow,
  type Relay,
  type RelayClient,
  type RelayConnection,
  type RelayOptions,
  type RelayPool,
  startRelay,
} from './relay.ts'
export { OUTBOX_TABLE, outboxSchema } from './schema.ts'
