/** One run: emit under fire, let it settle, judge. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Random } from '../../src/clock.ts'
import type { Closing } from '../../src/closing.ts'
import { type Api, createApi } from '../setup/api.ts'
import { seededRandom } from './chance.ts'
import { check } from './check.ts'
import { type Emitted, emitAll } from './client.ts'
import { strike } from './faults.ts'
import { type Installation, startInstallation, wordsOf } from './installation.ts'
import type { Options } from './options.ts'
import type { Progress } from './progress.ts'
import { type LoggingReceiver, startLoggingReceiver } from './receiver.ts'
import type { Outcome } from './report.ts'
import { atRest } from './rest.ts'
import { type Planned, planFaults } from './schedule.ts'
import { PATH, TENANT } from './tenant.ts'
import { timingOf } from './timing.ts'

/** Each has its own places in every worker, so that one is not what the load waits for. */
const ENDPOINTS = 4

/** Short, so that retries come back within the run; many, since an outage must not use them up. */
const RETRY = { kind: 'schedule', delaysSeconds: [1, 2, 4, 8, 8, 8, 8, 8], jitter: 0 }

/** Every tenth event waits for a retry. */
const REFUSE_EVERY = 10

/** Runs the whole; what it starts is closed by `closing`. */
export async function run(options: Options, progress: Progress, closing: Closing): Promise<Outcome> {
  const began = Date.now()
  const random = seededRandom(options.seed)
  const plan = planFaults(random, options)
  progress.say(wordsOf(options))
  const receiver = await startReceiver(options, closing)
  const installation = await startInstallation(options, closing)
  const api = createApi(installation.url, installation.key)
  await register(api, receiver.url)

  const accepted: Emitted[] = []
  const refused: Record<string, number> = {}
  const struck: string[] = []
  const showing = setInterval(() => {
    progress.show(
      `accepted ${accepted.length}/${options.events}, taken ${receiver.taken}, faults ${struck.length}/${plan.length}`,
    )
  }, 200)
  closing.add('progress', () => clearInterval(showing))
  // Whoever ends the run early ends the client too.
  const stopping = new AbortController()
  closing.add('client', () => stopping.abort())

  let done = 0
  // A fault and its repair take their time; without holding back, the last faults would find nothing left to harm.
  const part = options.events / (options.kills + 1)
  const isHeld = (n: number) => done < plan.length && n > plan[done]!.afterEvents + part
  const emitting = emitAll({
    url: installation.urls,
    key: installation.key,
    tenant: TENANT,
    events: options.events,
    rate: options.rate,
    isHeld,
    typeOf: (n) => `chaos.${n % ENDPOINTS}`,
    onAccepted: (one) => accepted.push(one),
    onRefused(why) {
      refused[why] = (refused[why] ?? 0) + 1
    },
    signal: stopping.signal,
  })
  const onDone = () => done++
  const lastFaultAt = await strikeAll(plan, {
    installation,
    random,
    accepted,
    struck,
    progress,
    emitting,
    onDone,
  })
  await emitting
  progress.say('All accepted; waiting for the last to come to rest.')
  const deliveries = await atRest(api, () => receiver.taken >= accepted.length)
  clearInterval(showing)
  progress.end()

  const lines = await receiver.lines()
  return {
    kind: 'faults',
    options,
    verdict: check(accepted, deliveries, lines),
    timing: timingOf(accepted, lines, lastFaultAt),
    struck,
    refused,
    tookMs: Date.now() - began,
  }
}

async function startReceiver({ delayMs }: Options, closing: Closing): Promise<LoggingReceiver> {
  const dir = await mkdtemp(join(tmpdir(), 'ringback-chaos-'))
  closing.add('log', () => rm(dir, { recursive: true, force: true }))
  const receiver = await startLoggingReceiver({
    file: join(dir, 'log.jsonl'),
    delayMs,
    refuseEvery: REFUSE_EVERY,
  })
  closing.add('receiver', () => receiver.stop())
  return receiver
}

async function register(api: Api, receiverUrl: string) {
  await api('PUT', PATH, {})
  for (let i = 0; i < ENDPOINTS; i++)
    await api('POST', `${PATH}/endpoints`, {
      url: `${receiverUrl}${i}`,
      subscriptions: [{ eventTypes: [`chaos.${i}`] }],
      retry: RETRY,
    })
}

/** What striking needs to know of the run, and tells it. */
interface Front {
  installation: Installation
  random: Random
  accepted: readonly Emitted[]
  struck: string[]
  progress: Progress
  emitting: Promise<unknown>
  /** Told after each fault and its repair. */
  onDone: () => void
}

/** @returns when the last fault came; null when there was none */
async function strikeAll(plan: readonly Planned[], front: Front): Promise<number | null> {
  const { installation, random, accepted, struck, progress, emitting, onDone } = front
  let isEmitting = true
  const end = () => {
    isEmitting = false
  }
  emitting.then(end, end)
  let lastAt: number | null = null
  for (const { name, afterEvents } of plan) {
    while (isEmitting && accepted.length < afterEvents) await pause(10)
    const at = Date.now()
    const what = await strike(name, installation, random)
    onDone()
    if (what === undefined) continue
    lastAt = at
    struck.push(what)
    progress.say(`${struck.length}: ${what}`)
  }
  return lastAt
}
