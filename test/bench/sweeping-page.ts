/** `docs/sweeping.md`, as it was measured. */
import { SHARE } from '../../src/deliveries/shares.ts'
import type { Window } from './window.ts'

/** One state of the backlog. */
export interface Swept {
  plans: Record<'anyUnalarmed' | 'waitingEndpoints' | 'takeUnalarmed', string>
  /** One look whether anything is due. */
  lookMs: number
  /** Turns one after the other. */
  turnMs: number[]
  /** Alarms set in a turn, on average. */
  fedPerTurn: number
}

/** The plans of what is asked of held deliveries, and of the recoveries that run. */
export type Held = Record<'takeProbes' | 'failHeldTooLong' | 'runningRecoveries', string>

const list = (values: readonly number[]) => values.map((ms) => ms.toFixed(1)).join(', ')
const code = (text: string) => `\`\`\`\n${text}\n\`\`\``

export const pageOf = ({
  idle,
  due,
  held,
  window,
}: {
  idle: Swept
  due: Swept
  held: Held
  window: Window
}): string => `# Sweeping

Written by \`npm run bench:sweep\`: 1,000,000 deliveries wait for 1,000 endpoints, beside 1,000,000 that have ended, in an
embedded Postgres that waits for the disk. How the sweeper goes about it is told in
[architecture.md](architecture.md#the-walk-of-an-event). The times are of a machine with two cores that other programs kept
busy too; rows and buffers are what a statement touches anywhere.

| | nothing is due | all of it is due |
| --- | --- | --- |
| one look whether anything is due, median of 200 | ${idle.lookMs.toFixed(2)} ms | ${due.lookMs.toFixed(2)} ms |
| a turn, five in a row, each on a queue that is empty | ${list(idle.turnMs)} ms | ${list(due.turnMs)} ms |
| deliveries fed in a turn | ${idle.fedPerTurn.toFixed(0)} | ${due.fedPerTurn.toFixed(0)} |

With nothing due, a turn is the one look. With all due, a turn goes round the endpoints, 20 at a time, until it has fed the
window of the queue; the next goes on from there. What it costs is the feeding: each delivery gets a new \`wake_at\`, which
two indexes hold. It reads none of the others: see the rows and buffers below.

## What lies in the queue

All of it due, on a real Redis:

| | seconds | most jobs | memory of Redis beyond its own | deliveries taken |
| --- | --- | --- | --- | --- |
| no worker | ${window.standing.seconds} | ${window.standing.jobs} | ${window.standing.memoryMb.toFixed(1)} MB | - |
| a worker that does nothing but settle them | ${window.moving.seconds} | ${window.moving.jobs} | ${window.moving.memoryMb.toFixed(1)} MB | ${window.moving.taken} |

The window is 5,000 deliveries whose alarms wait; a job of the back lane is of one. When it is full, what has waited longest still
gets a little, up to two windows. A part of a round may bring up to 20 endpoints' shares of ${SHARE} beyond it, and a worker holds some in hand.

## The plans

\`EXPLAIN (ANALYZE, BUFFERS)\`. Each partition of the deliveries has its own indexes; those of weeks without deliveries are
empty.

### Nothing is due: is anything due?

${code(idle.plans.anyUnalarmed)}

### All is due: is anything due?

${code(due.plans.anyUnalarmed)}

### All is due: the next 20 endpoints that something waits for

${code(due.plans.waitingEndpoints)}

### All is due: take up to ${SHARE} of each of 20 endpoints

${code(due.plans.takeUnalarmed)}

## What is held

1,000,000 deliveries are held, for 500 endpoints whose circuit is open and is to be probed now, and for 500 that are disabled;
1,000,000 older ones of the same endpoints have ended. 100,000 recoveries, of which ten run.

### The oldest of each of 100 open circuits, to probe with it

${code(held.takeProbes)}

### What has been held for disabled endpoints for too long, 1,000 of it

${code(held.failHeldTooLong)}

### The recoveries that run

${code(held.runningRecoveries)}
`
