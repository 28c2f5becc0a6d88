/** Every periodic duty is done by one process of many, whichever of them is stopped or dies. */
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../setup/free-port.ts'
import { until } from '../setup/until.ts'
import { openSite, TEST_WITHIN_MS } from './site.ts'

/** The lease of what is done seldom, and until another asks; machines may be busy. */
const TAKEN_OVER_WITHIN_MS = 90_000

test(
  'each duty is held by one of two processes; one that is stopped hands its duties over, and those of one that dies are taken over',
  async () => {
    const site = await openSite('postgres', { onTestFinished })
    const startOne = async () => {
      const port = await freePort()
      const member = await site.startMember('upkeep', { RINGBACK_METRICS_PORT: `${port}` })
      return Object.assign(member, { held: () => heldAt(port) })
    }
    const [one, other] = [await startOne(), await startOne()]
    const all = await until(
      async () => [await one.held(), await other.held()].flat().sort(),
      (held) => held.length >= DUTIES.length,
      'every duty to be held',
      TAKEN_OVER_WITHIN_MS,
    )
    expect(all).toEqual(DUTIES)

    const holdsAll = (member: typeof one) =>
      until(
        async () => (await member.held()).sort(),
        (held) => held.length === DUTIES.length,
        'one process to hold every duty',
        TAKEN_OVER_WITHIN_MS,
      )
    expect(await one.down('SIGTERM')).toEqual({ code: 0, signal: null })
    await holdsAll(other)
    await one.up()
    await other.down('SIGKILL')
    await holdsAll(one)
  },
  TEST_WITHIN_MS,
)

/** All but the sealing anew, for which there must be a former master key, and what was handed over, which has a lock. */
const DUTIES = [
  'drop partitions',
  'expire held deliveries',
  'follow switches',
  'forget answers',
  'forget audit entries',
  'keep days',
  'make partitions',
  'probe circuits',
  'recover deliveries',
  'roll up statistics',
  'sweep',
  'take stock',
  'tell the operator',
]

async function heldAt(port: number): Promise<string[]> {
  const text = await fetch(`http://127.0.0.1:${port}/metrics`).then((answer) => answer.text())
  return [...text.matchAll(/^ringback_lease_held\{duty="(.+?)"\} 1$/gm)].map(([, duty]) => duty!)
}
