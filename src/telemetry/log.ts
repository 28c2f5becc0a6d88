import { type DestinationStream, type LoggerOptions, pino } from 'pino'
import { loggableError } from './loggable-error.ts'

/** Writes one line: fields first, then a plain sentence. */
export type LogLine = (fields: object, message: string) => void

/** Where lines go; pino's shape, cut to what is used. */
export interface Log {
  debug: LogLine
  info: LogLine
  warn: LogLine
  error: LogLine
}

/**
 * The process's log: JSON lines on stdout.
 * @param level the least severe line written, as `RINGBACK_LOG_LEVEL`
 * @param destination elsewhere, for tests
 */
export function createLog(level: string, destination?: DestinationStream): Log {
  const options: LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: loggableError },
    // A second wall: no field of these names is written whatever is handed in.
    redact: {
      paths: ['secret', 'key', 'authorization', '*.secret', '*.key', '*.authorization'],
      censor: '[redacted]',
    },
  }
  return pino(options, destination ?? pino.destination(1))
}

/** Writes nothing. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} }
