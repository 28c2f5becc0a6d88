/** The words of watching: what changed, for whom, and up to where somebody has seen it. */
import type { AttemptRow } from '../attempts/store.ts'
import type { Answer, DeliveryStatus } from '../deliveries/delivery.ts'
import type { DeliveryRow } from '../deliveries/store.ts'
import { type Id, timeOfId } from '../ids.ts'

/** A delivery that is new, or that something happened to. */
export interface Change {
  delivery: DeliveryRow
  lastAttempt: AttemptRow | undefined
}

/** Which changes somebody wants to see. */
export interface Wanted {
  /** Null: of all tenants but the operator's own. */
  tenantId: string | null
  endpointId?: Id<'endpoint'> | undefined
  status?: DeliveryStatus | undefined
  answer?: Answer | undefined
  eventType?: string | undefined
  /** Of deliveries made at this time or later. */
  after?: Date | undefined
}

/** Up to where changes have been seen. */
export interface Position {
  /** Milliseconds since the epoch. */
  at: number
  /** What was committed by then, as Postgres writes a `pg_snapshot`. */
  snapshot: string
}

/** Whether changes of a delivery are wanted. */
export const isWanted = (
  { tenantId, endpointId, status, answer, eventType, after }: Wanted,
  delivery: DeliveryRow,
): boolean =>
  (tenantId === null || delivery.tenantId === tenantId) &&
  (endpointId === undefined || delivery.endpointId === endpointId) &&
  (status === undefined || delivery.status === status) &&
  (answer === undefined || delivery.lastAnswer === answer) &&
  (eventType === undefined || delivery.eventType === eventType) &&
  (after === undefined || timeOfId(delivery.id) >= after.getTime())

/** A position as a reader keeps it and sends it back. It is no secret and grants nothing. */
export const cursorOf = ({ at, snapshot }: Position): string =>
  Buffer.from(`${at} ${snapshot}`).toString('base64url')

/** @returns undefined for a text that is no cursor */
export function positionOf(cursor: string): Position | undefined {
  const [, at, snapshot] = CURSOR.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? []
  if (at === undefined || snapshot === undefined) return undefined
  const position = { at: Number(at), snapshot }
  return cursorOf(position) === cursor && isOrdered(snapshot) ? position : undefined
}

const CURSOR = /^(\d{1,14}) (\d{1,19}:\d{1,19}:(?:\d{1,19}(?:,\d{1,19}){0,999})?)$/

/**
 * Whether Postgres reads it: `xmin:xmax:xip,...`, in order, none of them a number that no transaction has.
 * Source: PostgreSQL 18, src/backend/utils/adt/xid8funcs.c (parse_snapshot).
 */
function isOrdered(snapshot: string): boolean {
  const [least, most, running = ''] = snapshot.split(':')
  const first = BigInt(least!)
  const end = BigInt(most!)
  const between = running === '' ? [] : running.split(',').map(BigInt)
  const ascends = between.every((id, i) => id >= first && id < end && (i === 0 || id > between[i - 1]!))
  return ascends && first <= end && end < MOST_XID && [first, end].every((id) => id % EPOCH !== 0n)
}

const EPOCH = 2n ** 32n

/** Ids of transactions are 64 bits wide; kept below the sign. */
const MOST_XID = 2n ** 62n
