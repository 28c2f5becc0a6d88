import { text } from 'drizzle-orm/pg-core'
import { moment, ringback } from '../db/namespace.ts'

/** A row is a duty that one process at a time does, and who does it until when. Written by whoever holds it. */
export const leases = ringback.table('leases', {
  name: text().primaryKey(),
  /** A process, by a name that it made up at its start. */
  holder: text().notNull(),
  expiresAt: moment('expires_at').notNull(),
})
