/** The variables of what a process tells of itself: its log, its metrics, its traces. */
import { z } from 'zod'
import { share, wholeNumber, yesOrNo } from './readers.ts'
import { variable } from './variable.ts'

/** In the order of the reference. */
export const WATCHING = {
  RINGBACK_LOG_LEVEL: variable({
    schema: z.enum(
      ['fatal', 'error', 'warn', 'info', 'debug', 'silent'],
      'must be fatal, error, warn, info, debug or silent',
    ),
    default: 'info',
    range: 'fatal, error, warn, info, debug or silent',
    says: 'The least severe line that is logged; `debug` adds one line per attempt and per group of accepted events.',
  }),
  RINGBACK_LOG_SAMPLE: variable({
    schema: share,
    default: '0',
    range: '0-1, such as 0.01',
    says: 'The share of attempts and of groups of accepted events that leave a line at the level `info`.',
  }),
  RINGBACK_METRICS_PORT: variable({
    schema: wholeNumber(0, 65_535),
    default: null,
    range: '0-65535; 0 takes a free one; unset: none',
    says: 'A second port, for `/metrics`, `/livez` and `/readyz` alone: for processes without the API, or to keep them off its port.',
  }),
  RINGBACK_TRACING: variable({
    schema: z.enum(['auto', 'on', 'off'], 'must be auto, on or off'),
    default: 'auto',
    range: 'auto, on or off',
    says: 'Whether spans are made, by OpenTelemetry, which is installed beside Ringback; auto: when `OTEL_EXPORTER_OTLP_ENDPOINT` is set.',
  }),
  RINGBACK_SEND_TRACEPARENT: variable({
    schema: yesOrNo,
    default: 'true',
    range: 'true or false',
    says: 'Whether receivers are sent the `traceparent` of the trace that an event came in.',
  }),
} as const
