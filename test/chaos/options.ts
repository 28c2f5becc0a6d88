/** What a run is told on its command line. */
import { parseArgs } from 'node:util'
import { CASE_NAMES, CASES, type CaseName } from './cases/index.ts'
import { FAULT_NAMES, type FaultName } from './faults.ts'
import { QUEUE_BACKENDS, type QueueBackend } from './stores.ts'

export interface Options {
  /** One case at its full size, in place of faults drawn by chance. */
  case: CaseName | undefined
  events: number
  kills: number
  backend: QueueBackend
  /** How many processes take events. */
  apis: number
  /** How many make attempts, and keep things up. */
  workers: number
  /** A checkout with another build, which every process runs until it is started again. */
  previous: string | undefined
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

  --case NAME       one case at its full size: ${CASE_NAMES.join(', ')}
  --events N        events to emit (2000; the case's own number)
  --kills N         faults, spread over the run (5; the case's own number)
  --backend NAME    what the queue runs on: ${QUEUE_BACKENDS.join(', ')} (redis)
  --apis N          API processes (1)
  --workers N       worker processes (2)
  --previous PATH   begin with the build of another checkout; for upgrade
  --faults LIST     which faults, joined by commas (worker,api,redis; without Redis worker,api; with --previous upgrade):
                    ${FAULT_NAMES.join(', ')}
  --proxy           reach the stores through a proxy; for cut, delay and half-open
  --rate N          events a second (so that a fault comes every four seconds, 300 at most; the case's own pace)
  --delay MS        how long the receiver thinks (50)
  --seed N          repeats a plan of faults (drawn)
  --json [FILE]     print JSON, or write it to a file`

/** Long enough for a killed process to come back before the next one goes. */
const SECONDS_A_FAULT = 4

const MOST_A_SECOND = 300

/** Where it runs, and how much of it there is. */
interface Shape {
  backends: readonly QueueBackend[]
  defaults: { events: number; kills: number; rate?: number }
}

const UNNAMED: Shape = { backends: QUEUE_BACKENDS, defaults: { events: 2_000, kills: 5 } }

/** @throws Error that says what cannot be read */
export function readOptions(args: readonly string[]): Options {
  const { json, rest } = takeJson(args)
  const { values } = parseArgs({
    args: rest,
    options: {
      case: { type: 'string' },
      events: { type: 'string' },
      kills: { type: 'string' },
      backend: { type: 'string' },
      apis: { type: 'string', default: '1' },
      workers: { type: 'string', default: '2' },
      previous: { type: 'string' },
      faults: { type: 'string' },
      proxy: { type: 'boolean', default: false },
      rate: { type: 'string' },
      delay: { type: 'string', default: '50' },
      seed: { type: 'string', default: `${Date.now() % 100_000}` },
    },
  })
  const named = values.case === undefined ? undefined : caseName(values.case)
  const { backends, defaults }: Shape = named ? CASES[named] : UNNAMED
  const { previous } = values
  const backend = QUEUE_BACKENDS.find((known) => known === (values.backend ?? backends[0]))
  if (!backend) throw new Error(`--backend must be one of ${QUEUE_BACKENDS.join(', ')}.`)
  if (values.proxy && backend.startsWith('redis-'))
    throw new Error('--proxy is for one Redis: the others tell addresses of their own.')
  if (!backends.includes(backend)) throw new Error(`${named} is a case of ${backends.join(' and ')} alone.`)
  const events = wholeNumber('events', values.events ?? `${defaults.events}`)
  const apis = wholeNumber('apis', values.apis)
  const workers = wholeNumber('workers', values.workers)
  // One for each process that is to be brought to this build.
  const kills = wholeNumber('kills', values.kills ?? `${previous ? apis + workers : defaults.kills}`)
  const names = values.faults?.split(',') ?? usualFaults(backend, previous)
  return {
    case: named,
    events,
    kills,
    backend,
    apis,
    workers,
    previous,
    faults: names.map(faultName),
    seed: wholeNumber('seed', values.seed),
    proxied: values.proxy,
    rate: values.rate
      ? wholeNumber('rate', values.rate)
      : (defaults.rate ?? Math.min(MOST_A_SECOND, Math.ceil(events / (SECONDS_A_FAULT * (kills + 1))))),
    delayMs: wholeNumber('delay', values.delay),
    json,
  }
}

function usualFaults(backend: QueueBackend, previous: string | undefined): string[] {
  if (previous !== undefined) return ['upgrade']
  return backend === 'postgres' ? ['worker', 'api'] : ['worker', 'api', 'redis']
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

function caseName(text: string): CaseName {
  const name = CASE_NAMES.find((known) => known === text)
  if (!name) throw new Error(`--case knows ${CASE_NAMES.join(', ')}; it does not know "${text}".`)
  return name
}
