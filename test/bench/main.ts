/**
 * `npm run bench`: what Ringback costs beyond the sending itself. Everything runs on this machine, beside each other:
 * the sink, Ringback, its Postgres (and Redis), and whoever hands the events in.
 *
 *   npm run bench -- [--quick] [--json [FILE]]
 */
import { fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Closing, createClosing } from '../../src/closing.ts'
import { startEmbeddedPostgres } from '../../src/db/embedded/index.ts'
import { removeDataDir } from '../setup/postgres.ts'
import { hasRedis, startRedis } from '../setup/redis.ts'
import { BATCHES, CONCURRENCY, type Latency, measureLatency, measurePeak, SINGLES } from './load.ts'
import type { RawTask } from './raw-process.ts'
import { type Backend, jsonOf, type Measured, type Start, tableOf } from './report.ts'
import { type Server, startServer } from './server.ts'
import { type Sink, startSink } from './sink.ts'

/** How much is measured; the whole stays within three minutes. */
interface Extent {
  rounds: number
  /** Per measurement of a peak, and of latency. */
  seconds: number
  /** For the compiler and the caches to warm up. */
  warmUpSeconds: number
}

const FULL: Extent = { rounds: 3, seconds: 5, warmUpSeconds: 3 }
const QUICK: Extent = { rounds: 1, seconds: 2, warmUpSeconds: 1 }

/** Latency is told of a system that is not at its limit, where it would only tell how long the line is. */
const MODERATE = 0.3

const progress = (text: string) => process.stderr.write(`${text}\n`)

async function measure(extent: Extent, closing: Closing): Promise<Measured> {
  const start = await measureStart(closing)
  const sink = await startSink()
  closing.add('sink', () => sink.stop())
  const servers = await startServers(closing)

  progress('Warming up')
  for (const { server } of servers) await measurePeak(server, sink, BATCHES, extent.warmUpSeconds)

  const measured: Measured = {
    start,
    raw: [],
    backends: servers.map(({ backend }) => ({ backend, rounds: [] })),
  }
  for (let round = 1; round <= extent.rounds; round++) {
    progress(`Round ${round} of ${extent.rounds}`)
    measured.raw.push(await measureRaw(sink, extent))
    for (const [i, { backend, server }] of servers.entries())
      measured.backends[i]!.rounds.push(await measureRound(backend, server, sink, extent))
  }
  return measured
}

async function measureRaw(sink: Sink, { seconds }: Extent): Promise<number> {
  const child = fork(new URL('./raw-process.ts', import.meta.url))
  const task: RawTask = { url: sink.url, concurrency: CONCURRENCY, warmUpSeconds: 1, seconds }
  child.send(task)
  const broken = once(child, 'exit').then(() => {
    throw new Error('The raw sender ended without a figure.')
  })
  const [perSecond] = (await Promise.race([once(child, 'message'), broken])) as [number]
  progress(`  raw: ${perSecond.toFixed(0)}/s`)
  return perSecond
}

async function measureRound(backend: Backend, server: Server, sink: Sink, { seconds }: Extent) {
  const perSecond = await measurePeak(server, sink, BATCHES, seconds)
  const singlePerSecond = await measurePeak(server, sink, SINGLES, seconds)
  const latency: Latency = await measureLatency(server, sink, perSecond * MODERATE, seconds)
  const { p50, p99 } = latency
  progress(
    `  ${backend}: ${perSecond.toFixed(0)}/s in batches, ${singlePerSecond.toFixed(0)}/s one by one; p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`,
  )
  return { perSecond, singlePerSecond, ...latency }
}

/** How long a start takes, on an empty data directory and on the same again, and what Ringback weighs when idle. */
async function measureStart(closing: Closing): Promise<Start> {
  progress('Starting on an empty data directory, and again')
  const dataDir = await dataDirectory(closing)
  const first = await startServer({ RINGBACK_DATA_DIR: dataDir }, closing)
  await pause(5_000)
  const idleMemoryMb = await first.memory()
  await first.stop()
  const second = await startServer({ RINGBACK_DATA_DIR: dataDir }, closing)
  await second.stop()
  return { freshMs: first.readyMs, againMs: second.readyMs, idleMemoryMb }
}

/** The embedded default, and Ringback on a Redis and a Postgres beside it. */
async function startServers(closing: Closing): Promise<{ backend: Backend; server: Server }[]> {
  progress('Starting the servers')
  const server = await startServer({ RINGBACK_DATA_DIR: await dataDirectory(closing) }, closing)
  const embedded = { backend: 'embedded' as const, server }
  if (!hasRedis) return [embedded]

  const redis = await startRedis()
  closing.add('redis', () => redis.stop())
  const postgres = await startEmbeddedPostgres({ dataDir: await dataDirectory(closing) })
  closing.add('postgres', () => postgres.stop())
  const settings = {
    DATABASE_URL: postgres.url,
    REDIS_URL: redis.url,
    RINGBACK_MASTER_KEY: randomBytes(32).toString('base64'),
  }
  const onRedis = await startServer(settings, closing)
  return [{ backend: 'redis', server: onRedis }, embedded]
}

async function dataDirectory(closing: Closing): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), 'ringback-bench-'))
  const dataDir = join(parent, 'data')
  closing.add(parent, async () => {
    await removeDataDir(dataDir)
    await rm(parent, { recursive: true, force: true })
  })
  return dataDir
}

async function show(measured: Measured, args: readonly string[]): Promise<void> {
  const at = args.indexOf('--json')
  if (at < 0) {
    process.stdout.write(tableOf(measured))
    return
  }
  const json = `${JSON.stringify(jsonOf(measured), null, 2)}\n`
  const file = args[at + 1]
  if (file === undefined || file.startsWith('--')) process.stdout.write(json)
  else await writeFile(file, json)
}

/** Other work on the machine takes from all that is measured, and from what has more processes the most. */
function warnIfBusy(): void {
  const [load = 0] = loadavg()
  if (load > cpus().length / 4)
    progress(
      `The machine is busy with something else (load ${load.toFixed(1)}): what follows will be too low.`,
    )
}

const args = process.argv.slice(2)
const closing = createClosing((part, error) => progress(`${part} did not close: ${error}`))
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void closing.close().finally(() => process.exit(130)))
try {
  warnIfBusy()
  await show(await measure(args.includes('--quick') ? QUICK : FULL, closing), args)
} finally {
  await closing.close()
}
