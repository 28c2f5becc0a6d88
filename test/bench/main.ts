/**
 * `npm run bench`: what Ringback costs beyond the sending itself. Everything runs on this machine, beside each other:
 * the sink, Ringback, its Postgres (and Redis), and whoever hands the events in.
 *
 * Without `--scenario` it measures the limit and Ringback end to end on both backends; see options.ts for the rest.
 */
import { writeFile } from 'node:fs/promises'
import { cpus, loadavg } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { type Closing, createClosing } from '../../src/closing.ts'
import { hasRedis } from '../setup/redis.ts'
import { chartOf } from './chart.ts'
import { BATCHES, CONCURRENCY, type Latency, measureLatency, measurePeak, SINGLES } from './load.ts'
import { type Options, readOptions, USAGE } from './options.ts'
import { dataDirectory, startPlace } from './place.ts'
import { measureRaw } from './raw.ts'
import { type Backend, jsonOf, type Measured, type Start, tableOf } from './report.ts'
import { jsonOfScenarios, runScenarios, tableOfScenarios } from './scenarios/run.ts'
import { EXTENTS } from './scenarios/scenario.ts'
import { type Server, startServer } from './server.ts'
import { type Sink, startSink } from './sink.ts'

/** How much is measured; the usual takes some five minutes. */
interface Extent {
  rounds: number
  /** Per measurement of a peak, and of latency. */
  seconds: number
  /** For the compiler and the caches to warm up. */
  warmUpSeconds: number
}

const USUAL_EXTENTS: Record<Options['extent'], Extent> = {
  quick: { rounds: 1, seconds: 2, warmUpSeconds: 1 },
  usual: { rounds: 3, seconds: 10, warmUpSeconds: 3 },
  full: { rounds: 5, seconds: 10, warmUpSeconds: 3 },
}

/** Latency is told of a system that is not at its limit, where it would only tell how long the line is. */
const MODERATE = 0.3

const progress = (text: string) => process.stderr.write(`${text}\n`)

async function measure(extent: Extent, closing: Closing): Promise<Measured> {
  const start = await measureStart(closing)
  const sink = await startSink()
  closing.add('sink', () => sink.stop())
  const servers = await startServers(closing)

  progress('Warming up')
  for (const { server } of servers)
    for (const feeding of [BATCHES, SINGLES]) await measurePeak(server, sink, feeding, extent.warmUpSeconds)

  const measured: Measured = {
    start,
    raw: [],
    backends: servers.map(({ backend }) => ({ backend, rounds: [] })),
  }
  for (let round = 1; round <= extent.rounds; round++) {
    progress(`Round ${round} of ${extent.rounds}`)
    measured.raw.push(await measureLimit(sink, extent))
    for (const [i, { backend, server }] of servers.entries())
      measured.backends[i]!.rounds.push(await measureRound(backend, server, sink, extent))
  }
  return measured
}

async function measureLimit(sink: Sink, { seconds }: Extent): Promise<number> {
  const perSecond = await measureRaw({ url: sink.url, concurrency: CONCURRENCY, warmUpSeconds: 1, seconds })
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

  const { server: onRedis } = await startPlace('redis', closing)
  return [{ backend: 'redis', server: onRedis }, embedded]
}

async function show(table: string, figures: object, json: Options['json']): Promise<void> {
  const text = `${JSON.stringify(figures, null, 2)}\n`
  process.stdout.write(json === true ? text : table)
  if (typeof json === 'string') await writeFile(json, text)
}

/** Other work on the machine takes from all that is measured, and from what has more processes the most. */
function warnIfBusy(): void {
  const [load = 0] = loadavg()
  if (load > cpus().length / 4)
    progress(
      `The machine is busy with something else (load ${load.toFixed(1)}): what follows will be too low.`,
    )
}

function optionsOrExit(): Options {
  try {
    const options = readOptions(process.argv.slice(2))
    if (options.scenarios.length > 0 && options.backend === 'redis' && !hasRedis)
      throw new Error('There is no redis-server on this machine: install it, or say --backend embedded.')
    return options
  } catch (error) {
    progress(`${error instanceof Error ? error.message : error}\n\n${USAGE}`)
    process.exit(2)
  }
}

const options = optionsOrExit()
const closing = createClosing((part, error) => progress(`${part} did not close: ${error}`))
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void closing.close().finally(() => process.exit(130)))
try {
  warnIfBusy()
  const { scenarios, backend, extent, json, chart } = options
  if (scenarios.length > 0) {
    const outcomes = await runScenarios(scenarios, {
      backend,
      extent: EXTENTS[extent],
      say: progress,
      onOpen: (close) => closing.add('scenario', close),
    })
    await show(tableOfScenarios(outcomes), jsonOfScenarios(outcomes, { backend, extent }), json)
  } else {
    const measured = await measure(USUAL_EXTENTS[extent], closing)
    await show(tableOf(measured), jsonOf(measured), json)
    if (chart) await writeFile(chart, chartOf(measured))
  }
} finally {
  await closing.close()
}
