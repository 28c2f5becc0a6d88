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
    formatters: { log: onlyAllowed },
  }
  return pino(options, escaping(destination ?? pino.destination(1)))
}

/**
 * What may be written besides an error, by name: whatever else is handed in shows that it was, and not what. A list of
 * what is allowed, since nobody can list what is not.
 */
const ALLOWED = new Set([
  // What it is about.
  ...['tenantId', 'tenantIds', 'eventId', 'eventType', 'endpointId', 'deliveryId', 'attemptId', 'number'],
  ...['requestId', 'requestIds', 'traceId', 'traceIds', 'method', 'path'],
  ...['kind', 'jobId', 'part', 'duty', 'partition'],
  // What became of it.
  ...['status', 'httpStatus', 'code', 'codes', 'error', 'detail', 'faults', 'reason', 'trigger'],
  ...['durationMs', 'waitedMs', 'nextInMs', 'remoteAddress'],
  // How many.
  ...['events', 'accepted', 'replayed', 'refused', 'deliveries'],
  ...['failures', 'repeated', 'jobs', 'left', 'waiting'],
  // The process.
  ...['version', 'node', 'settings', 'signal', 'url', 'metricsUrl', 'roles'],
])

/** Runs before the serializers: an error is written as `loggableError` has it. */
function onlyAllowed(fields: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      name === 'err' || ALLOWED.has(name) ? value : '[redacted]',
    ]),
  )
}

/**
 * What a terminal would obey or a reader be deceived by, and JSON leaves as it is: the control characters beyond ASCII,
 * of which U+009B begins what ESC [ begins; separators of lines; and what turns the direction of a text.
 * Of those in ASCII, ESC and the line breaks among them, JSON itself writes an escape.
 */
const DECEIVING = /[\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g

/** Writes each of those as an escape of JSON's: who reads the line as JSON gets it back. */
function escaping(stream: DestinationStream): DestinationStream {
  return { write: (line) => stream.write(line.replace(DECEIVING, escapeOf)) }
}

const escapeOf = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** Writes nothing. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} }
