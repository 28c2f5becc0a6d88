/** Whether the clocks agree: due times are Postgres', ids and signatures are the process's. */
import { SECOND } from '../../duration.ts'
import { type Finding, findingsOf } from './finding.ts'

/** By then retries come noticeably late or early. */
const TO_MIND = SECOND

/** Far enough that ids and due times tell different stories, and receivers begin to refuse signatures as old. */
const TOO_FAR = 60 * SECOND

/** A clock that was asked. */
export interface ClockReading {
  /** Whose. */
  of: string
  /** How far it is ahead of this process's, in milliseconds. */
  aheadMs: number
}

/**
 * Reads a clock somewhere else.
 * @param ask gives its time, in milliseconds since the epoch
 * @param now this process's, in the same
 */
export async function readClock(
  of: string,
  ask: () => Promise<number>,
  now: () => number = Date.now,
): Promise<ClockReading> {
  const before = now()
  const theirs = await ask()
  // Asked half-way between question and answer.
  return { of, aheadMs: Math.round(theirs - (before + now()) / 2) }
}

/** Judges one reading. */
export function checkClock({ of, aheadMs }: ClockReading): Finding {
  const { ok, warning, failure } = findingsOf('clock')
  const apart = Math.abs(aheadMs)
  const says = `The clock of ${of} is ${(apart / SECOND).toFixed(3)} s ${aheadMs < 0 ? 'behind' : 'ahead of'} this process's.`
  const cure = 'Let both machines keep time by NTP (chrony, systemd-timesyncd).'
  if (apart >= TOO_FAR) return failure(says, cure)
  return apart >= TO_MIND ? warning(says, cure) : ok(says)
}
