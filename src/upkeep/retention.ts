import type pg from 'pg'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/open.ts'
import type { PostgresAddress } from '../postgres-address.ts'
import type { Log } from '../telemetry/log.ts'
import { dropPartitions } from './drop-partitions.ts'
import type { Duty } from './duty.ts'
import { keepDays } from './keep-days.ts'

/** What retention needs from outside. */
export interface RetentionNeeds {
  db: Db
  pool: pg.Pool
  /** Past a pooler. */
  address: PostgresAddress
  clock: Clock
  log: Log
}

/** For how many days things are kept. */
export interface Days {
  eventDays: number
  attemptDays: number
  /** Null: as long as the event. */
  payloadDays: number | null
}

/** The duties of retention. */
export function retention(needs: RetentionNeeds, kept: Days): Duty[] {
  const days = { events: kept.eventDays, attempts: kept.attemptDays }
  return [
    dropPartitions({ ...needs, days }),
    keepDays({ ...needs, eventDays: kept.eventDays, payloadDays: kept.payloadDays }),
  ]
}
