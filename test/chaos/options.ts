/** What a run is told on its command line. */
import { parseArgs } from 'node:util'
import type { Backend } from '../setup/backends.ts'
import { FAULT_NAMES, type FaultName } from './faults.ts'

export interface Options {
  events: number
  kills: number
  backend: Backend
  faults: readonly FaultName[]
  seed: number
  /** Put a proxy before each store, which the faults `cut`, `delay` and `half-open` work on. */
  proxied: boolean
  /** Events a second. */
  rate: number
  /** Milliseconds that the receiver thinks before it answers. */
  delayMs: number
  /** Print JSON: to standard output, or to a file. */
  json: true | string | undefined
}

export const USAGE = `npm run chaos -- [options]

  --events N        events to emit (2000)
  --kills N         faults, spread over the run (5)
  --backend NAME    what the queue runs on: redis or postgres (redis)
  --faults LIST     which faults, joined by commas (worker,api,redis; without Redis worker,api):
                    ${FAULT_NAMES.join(', ')}
  --proxy           reach the stores through a proxy; for cut, delay and half-open
  --rate N          events a second (so that a fault comes every four seconds, 300 at most)
  --delay MS        how long the receiver thinks (50)
  --seed N          repeats a plan of faults (drawn)
  --json [FILE]     print JSON, or write it to a file`

/** Long enough for a killed process to come back before the next one goes. */
const SECONDS_A_FAULT = 4

const MOST_A_SECOND = 300

/** @throws Error that says what cannot be read */
export function readOptions(args: readonly string[]): Options {
  const { json, rest } = takeJson(args)
  const { values } = parseArgs({
    args: rest,
    options: {
      events: { type: 'string', default: '2000' },
      kills: { type: 'string', default: '5' },
      backend: { type: 'string', default: 'redis' },
      faults: { type: 'string' },
      proxy: { type: 'boolean', default: false },
      rate: { type: 'string' },
      delay: { type: 'string', default: '50' },
      seed: { type: 'string', default: `${Date.now() % 100_000}` },
    },
  })
  const { backend } = values
  if (backend !== 'redis' && backend !== 'postgres') throw new Error('--backend must be redis or postgres.')
  const events = wholeNumber('events', values.events)
  const kills = wholeNumber('kills', values.kills)
  const names =
    values.faults?.split(',') ?? (backend === 'redis' ? ['worker', 'api', 'redis'] : ['worker', 'api'])
  return {
    events,
    kills,
    backend,
    faults: names.map(faultName),
    seed: wholeNumber('seed', values.seed),
    proxied: values.proxy,
    rate: values.rate
      ? wholeNumber('rate', values.rate)
      : Math.min(MOST_A_SECOND, Math.ceil(events / (SECONDS_A_FAULT * (kills + 1)))),
    delayMs: wholeNumber('delay', values.delay),
    json,
  }
}

/** Its file may be left out, which `parseArgs` does not know. */
function takeJson(args: readonly string[]): { json: Options['json']; rest: string[] } {
  const at = args.indexOf('--json')
  if (at < 0) return { json: undefined, rest: [...args] }
  const next = args[at + 1]
  const file = next !== undefined && !next.startsWith('--') ? next : undefined
  return { json: file ?? true, rest: args.toSpliced(at, file === undefined ? 1 : 2) }
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} must be a whole number.`)
  return Number(text)
}

function faultName(text: string): FaultName {
  const name = FAULT_NAMES.find((known) => known === text)
  if (!name) throw new Error(`--faults knows ${FAULT_NAMES.join(', ')}; it does not know "${text}".`)
  return name
}
