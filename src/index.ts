/** Ringback as a library: run it inside your own process. */
export { openRingback, type Ringback, type Surroundings } from './app.ts'
export { type Config, type Environment, loadConfig } from './config/load.ts'
export { RingbackError, StartRefused } from './errors.ts'
export { createLog, type Log, silentLog } from './telemetry/log.ts'
