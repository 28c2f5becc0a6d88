import type { Log } from './log.ts'
import { ifInstalled, type TracingWish } from './otel.ts'

/** What sends spans away. */
export interface Sdk {
  /** Sends what is left. */
  stop(): Promise<void>
}

/**
 * Starts OpenTelemetry's SDK for this process, as the standard `OTEL_` variables say: where to, how much. A program that
 * Ringback is a part of starts its own.
 */
export async function startSdk(wish: TracingWish, version: string, log: Log): Promise<Sdk | undefined> {
  if (wish === 'off') return undefined
  const loaded = await ifInstalled(wish, log, () => import('@opentelemetry/sdk-node'))
  if (!loaded) return undefined
  const { NodeSDK, resources } = loaded
  const serviceName = process.env.OTEL_SERVICE_NAME ?? 'ringback'
  const sdk = new NodeSDK({
    resource: resources.resourceFromAttributes({ 'service.version': version }),
    serviceName,
    // Metrics are scraped, and logs are the process's own lines.
    metricReaders: [],
    logRecordProcessors: [],
    instrumentations: [],
  })
  sdk.start()
  return {
    stop: () =>
      sdk.shutdown().catch((error: unknown) => {
        log.warn({ err: error }, 'The last spans were not sent.')
      }),
  }
}
