import { expect, test } from 'vitest'
import type { Log } from '../../src/telemetry/log.ts'
import { silentLog } from '../../src/telemetry/log.ts'
import { createDuty } from '../../src/upkeep/duty.ts'

/** Resolves when the duty has had so many turns. */
function counting(fails: (turn: number) => boolean) {
  let turns = 0
  let waiting: { turn: number; resolve: () => void } | undefined
  return {
    async run() {
      turns++
      if (waiting && turns >= waiting.turn) waiting.resolve()
      if (fails(turns)) throw new Error(`turn ${turns}`)
      return undefined
    },
    reached: (turn: number) => new Promise<void>((resolve) => (waiting = { turn, resolve })),
  }
}

test('a duty that fails goes on, and says so once until it is done again', async () => {
  const lines: string[] = []
  const log: Log = {
    ...silentLog,
    warn: (_, message) => lines.push(message),
    info: (_, message) => lines.push(message),
  }
  const { run, reached } = counting((turn) => turn >= 2 && turn <= 5)
  const duty = createDuty({ name: 'test', everyMs: 1, run }, log)
  const done = reached(8)
  await duty.start()
  await done
  await duty.stop()
  expect(lines).toEqual(['A duty failed; it is tried again and again.', 'A duty is done again.'])
})

test('a duty of every hour that fails is tried again after a minute, and then has its hour again', async () => {
  const { run, reached } = counting((turn) => turn === 2)
  const pauses: number[] = []
  const pause = async (ms: number) => void pauses.push(ms)
  const duty = createDuty({ name: 'test', everyMs: 60 * 60_000, run, pause }, silentLog)
  const done = reached(4)
  await duty.start()
  await done
  await duty.stop()
  expect(pauses.slice(0, 3)).toEqual([3_600_000, 60_000, 3_600_000])
})

test('stopping waits for the turn in hand, and there is no other', async () => {
  let end = () => {}
  let turns = 0
  const running = new Promise<undefined>((resolve) => (end = () => resolve(undefined)))
  const run = () => {
    turns++
    return running
  }
  const duty = createDuty({ name: 'test', everyMs: 0, run }, silentLog)
  await duty.start()
  await duty.start()
  let stopped = false
  const stopping = duty.stop().then(() => (stopped = true))
  await Promise.resolve()
  expect(stopped).toBe(false)
  end()
  await stopping
  expect(turns).toBe(1)
})
