/** A case: one thing that goes wrong, made to happen at its full size, and the figures that it is held to. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Closing } from '../../../src/closing.ts'
import { type Api, createApi } from '../../setup/api.ts'
import type { JudgedDelivery } from '../check.ts'
import { type EmitOptions, type Emitted, emitAll } from '../client.ts'
import { type Installation, startInstallation, wordsOf } from '../installation.ts'
import type { Options } from '../options.ts'
import type { Progress } from '../progress.ts'
import { type LoggingReceiver, startLoggingReceiver } from '../receiver.ts'
import type { Line } from '../receiver-log.ts'
import { atRest } from '../rest.ts'
import type { QueueBackend } from '../stores.ts'
import { PATH, TENANT } from '../tenant.ts'

export interface Case {
  /** What it shows, in a sentence. */
  shows: string
  /** Where it can happen. */
  backends: readonly QueueBackend[]
  /** Its full size, where the command line does not say otherwise. */
  defaults: { events: number; kills: number; rate: number }
  run(scene: Scene): Promise<Findings>
}

/** What a case has to work with. */
export interface Scene {
  options: Options
  progress: Progress
  closing: Closing
}

/** What it found. */
export interface Findings {
  accepted: readonly Emitted[]
  deliveries: readonly JudgedDelivery[]
  lines: readonly Line[]
  figures: readonly CaseFigure[]
}

/** One figure. */
export interface CaseFigure {
  /** Its name in JSON. */
  key: string
  says: string
  /** Null: there was nothing to measure it by. */
  value: number | null
  unit: 'ms' | 's' | 'x' | ''
  /** The most that is promised. Times are shown and never make a run fail: a machine may be busy. */
  atMost?: number
}

/** An installation, a tenant, a client. */
export interface Stage {
  installation: Installation
  api: Api
  /** Starts a receiver with a log, and registers so many endpoints with it: the types `<name>.<i>` go there. */
  receive(
    name: string,
    options: {
      endpoints: number
      refuseEvery?: number
      delayMs?: number
      retrySeconds?: readonly number[]
      maxInFlight?: number
    },
  ): Promise<LoggingReceiver>
  /** Emits all, of the type `<name>.<i>` with `i` going round. */
  emit(
    name: string,
    endpoints: number,
    options: Pick<EmitOptions, 'events'> & Partial<EmitOptions>,
  ): Promise<Emitted[]>
  /** All deliveries, once they are at rest. */
  rest(isTaken: () => boolean): Promise<JudgedDelivery[]>
}

/** Short, so that retries come back within the run; many, since an outage must not use them up. */
const RETRY_SECONDS = [1, 2, 4, 8, 8, 8, 8, 8]

export async function openStage({ options, progress, closing }: Scene): Promise<Stage> {
  progress.say(wordsOf(options))
  const installation = await startInstallation(options, closing)
  const { url, key } = installation
  const api = createApi(url, key)
  await api('PUT', PATH, {})
  // Whoever ends the run early ends the client too.
  const stopping = new AbortController()
  closing.add('client', () => stopping.abort())

  return {
    installation,
    api,
    async receive(
      name,
      { endpoints, refuseEvery = 0, delayMs = 0, retrySeconds = RETRY_SECONDS, maxInFlight },
    ) {
      const dir = await mkdtemp(join(tmpdir(), 'ringback-chaos-'))
      closing.add('log', () => rm(dir, { recursive: true, force: true }))
      const receiver = await startLoggingReceiver({ file: join(dir, 'log.jsonl'), delayMs, refuseEvery })
      closing.add('receiver', () => receiver.stop())
      for (let i = 0; i < endpoints; i++)
        await api('POST', `${PATH}/endpoints`, {
          url: `${receiver.url}${i}`,
          subscriptions: [{ eventTypes: [`${name}.${i}`] }],
          retry: { kind: 'schedule', delaysSeconds: retrySeconds, jitter: 0 },
          ...(maxInFlight ? { maxInFlight } : {}),
        })
      return receiver
    },
    emit: (name, endpoints, more) =>
      emitAll({
        url,
        key,
        tenant: TENANT,
        typeOf: (n) => `${name}.${n % endpoints}`,
        signal: stopping.signal,
        ...more,
      }),
    rest: (isTaken) => atRest(api, isTaken),
  }
}

/** Counts what comes to pass, and shows it over and over. */
export function watch({ progress, closing }: Scene, status: () => string): { end(): void } {
  const showing = setInterval(() => progress.show(status()), 200)
  const end = () => clearInterval(showing)
  closing.add('progress', end)
  return { end }
}
