#!/usr/bin/env node
/** `ringback start`: reads the environment, runs its roles, stops on a signal. */
import { openRingback, type Ringback } from './app.ts'
import { loadConfig } from './config/load.ts'
import { redactedSummary } from './config/reference.ts'
import { SECOND } from './duration.ts'
import { StartRefused } from './errors.ts'
import { version } from './package.ts'
import { createLog } from './telemetry/log.ts'
import { startSdk } from './telemetry/start-sdk.ts'

/** For what comes after the deliveries in flight: the queue, the database. */
const CLOSING_SECONDS = 10

/** Signals that come within this time are one. */
const SAME_SIGNAL = SECOND

try {
  await start()
} catch (error) {
  if (!(error instanceof StartRefused)) throw error
  process.stderr.write(`Ringback does not start. ${error.message}\n`)
  process.exit(1)
}

async function start() {
  const config = loadConfig(process.env)
  const log = createLog(config.logLevel)
  log.info(
    { version, node: process.version, settings: redactedSummary(process.env) },
    'Ringback is starting.',
  )

  const sdk = await startSdk(config.tracing, version, log)

  let ringback: Ringback | undefined
  let stoppingSince: number | undefined

  async function stop(signal: string) {
    if (stoppingSince !== undefined) {
      // Said again after a while, somebody means it. At once, it is the same Ctrl-C, once from the terminal and once from npm.
      if (performance.now() - stoppingSince > SAME_SIGNAL) process.exit(1)
      return
    }
    stoppingSince = performance.now()
    log.info({ signal }, 'Ringback is stopping: it finishes what is in flight.')
    // Whatever hangs, a process that was told to stop is gone within its grace and a little.
    const graceSeconds = config.drainSeconds + config.shutdownSeconds + CLOSING_SECONDS
    setTimeout(() => process.exit(1), graceSeconds * SECOND).unref()
    await opening.catch(() => undefined)
    // Ctrl-C comes from a person, who waits; a supervisor's SIGTERM comes where a balancer has to be told.
    await ringback?.stop({ atOnce: signal === 'SIGINT' })
    await sdk?.stop()
    log.info({}, 'Ringback has stopped.')
    process.exit(0)
  }

  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => void stop(signal))

  const opening = openRingback(config, { log })
  ringback = await opening
  const { freshAdminKey, url, metricsUrl } = ringback
  if (freshAdminKey)
    process.stdout.write(
      `\n  Your admin key, shown this once (it is kept in ${freshAdminKey.file}):\n\n    ${freshAdminKey.key}\n\n`,
    )
  log.info({ url, metricsUrl, roles: config.roles }, 'Ringback is ready.')
}
