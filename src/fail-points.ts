/**
 * Fail points: named moments at which a test makes a process die, to see that nothing is lost there. Each lies between
 * two steps that cannot be one: what dies between them has done the first and not the second.
 *
 * Off, as always outside a test, reaching one is a call of an empty function.
 */
import type { Random } from './clock.ts'

/** The moments, each named for what has just happened. */
const FAIL_POINTS = [
  /** Events and deliveries stand in Postgres; their alarms are not set, and nobody was answered. */
  'accept.committed',
  /** The receiver has answered; nothing of it is written down. */
  'dispatch.answered',
  /** The attempt is written down; its job has not ended. */
  'dispatch.settled',
] as const

/** The name of a fail point. */
export type FailPoint = (typeof FAIL_POINTS)[number]

/** Passes a fail point, or dies there. */
export type Reach = (point: FailPoint) => void

/**
 * Makes the fail points of a process.
 * @param setting what dies where: `<point>:kill`, or `<point>:kill:<probability>`, joined by commas; empty: nothing
 * @param die ends this process; it does not return
 * @throws Error when the setting names no fail point: a test that kills nothing would prove nothing
 */
export function createFailPoints(setting: string | undefined, random: Random, die: () => void): Reach {
  if (!setting) return () => {}
  const chances = new Map(setting.split(',').map(readEntry))
  return (point) => {
    if (random() < (chances.get(point) ?? 0)) die()
  }
}

function readEntry(entry: string): [point: FailPoint, chance: number] {
  const [name, action, probability = '1', ...rest] = entry.split(':')
  const point = FAIL_POINTS.find((known) => known === name)
  const chance = Number(probability)
  if (!point || action !== 'kill' || rest.length > 0 || !(chance > 0 && chance <= 1))
    throw new Error(`RINGBACK_TEST_FAIL_POINTS cannot be read at "${entry}".`)
  return [point, chance]
}

/** Passes a fail point of this process, or dies there by SIGKILL: at once, as a crash would have it. Decided at the start. */
export const reach: Reach = createFailPoints(process.env.RINGBACK_TEST_FAIL_POINTS, Math.random, () =>
  process.kill(process.pid, 'SIGKILL'),
)
