/** The five receivers of the demo: what each wants, how it behaves, and how its deliveries must end. */
import type { Delivery, Endpoint } from '../setup/api.ts'
import { type Received, type Receiver, type Reply, startReceiver } from '../setup/receiver.ts'

/** What a receiver plays. */
interface Part {
  name: string
  /** For the person who watches. */
  story: string
  /** Event-type patterns. */
  wants: readonly string[]
  /** Delays until the second attempt, the third, ...; short, so that the demo is. */
  delaysSeconds: readonly number[]
  /** How it answers the `nth` request for one and the same event. */
  answers(nth: number): Reply
  /** How every delivery must end. */
  ends: Delivery['status']
  /** How many attempts each delivery must take; `undefined` where it is a matter of timing. */
  attempts: number | undefined
  /** Nobody listens, until its deliveries have failed and it comes up to be retried by hand. */
  down?: true
}

/** The parts, from plain to hopeless. */
const PARTS: readonly Part[] = [
  {
    name: 'everything',
    story: 'takes all there is',
    wants: ['*'],
    delaysSeconds: [1, 5, 10],
    answers: () => 204,
    ends: 'delivered',
    attempts: 1,
  },
  {
    name: 'issues-and-pulls',
    story: 'wants issues.* and pull_request.* alone',
    wants: ['issues.*', 'pull_request.*'],
    delaysSeconds: [1, 5, 10],
    answers: () => 200,
    ends: 'delivered',
    attempts: 1,
  },
  {
    name: 'flaky',
    story: 'answers 503, then 500, then takes it',
    wants: ['push', 'release.*', 'discussion.*', 'team.*'],
    delaysSeconds: [0.4, 0.8, 1.6],
    answers: (nth) => [503, 500][nth - 1] ?? 200,
    ends: 'delivered',
    attempts: 3,
  },
  {
    name: 'gone',
    story: 'answers 410: the endpoint is disabled, what is left is held',
    wants: ['check_run.*', 'check_suite.*', 'workflow_run.*'],
    delaysSeconds: [1, 5, 10],
    answers: () => 410,
    ends: 'held',
    attempts: undefined,
  },
  {
    name: 'down',
    story: 'refuses connections until all has failed, then is retried by hand',
    // So few that their failures, three each, never open its circuit: that takes thirty in a row, and would hold what is to fail.
    wants: ['deployment.*', 'star.*'],
    delaysSeconds: [0.3, 0.6],
    answers: () => 200,
    ends: 'delivered',
    attempts: 4,
    down: true,
  },
]

/** A part, played: its receiver runs. */
export interface Player extends Part {
  receiver: Receiver
  /** What was wrong with requests that came: signatures that do not verify. */
  faults: string[]
  /** As registered; set before the first event is emitted. */
  endpoint: Endpoint | undefined
}

/** Starts all receivers; the one that is down has a port, and nobody listens there. */
export function startPlayers(): Promise<Player[]> {
  return Promise.all(
    PARTS.map(async (part) => {
      const player: Player = { ...part, receiver: await startReceiver(), faults: [], endpoint: undefined }
      player.receiver.reply((request) => answer(player, request))
      if (player.down) await player.receiver.close()
      return player
    }),
  )
}

/** As a receiver should: what is not signed by the secret is refused, whatever it says. */
function answer(player: Player, request: Received): Reply {
  try {
    player.receiver.verify(player.endpoint?.secret ?? '', request)
  } catch (error) {
    player.faults.push(`${player.name}: the signature of ${request.id} does not verify (${error}).`)
    return 401
  }
  return player.answers(player.receiver.requests.filter(({ id }) => id === request.id).length)
}

/** Whether it wants events of this type; said here once more, so that Ringback is not checked by its own rule. */
export const wants = (player: Player, type: string): boolean =>
  player.wants.some((pattern) => pattern === '*' || pattern === type || startsLike(type, pattern))

const startsLike = (type: string, pattern: string) =>
  pattern.endsWith('.*') && type.startsWith(pattern.slice(0, -1))
