import { Counter, Histogram, type Registry } from 'prom-client'

/** Counts what the API is asked. */
export interface HttpMeter {
  /** A request was answered. @param route its template, such as `/v1/tenants/{tenant}/events`; bounded by the caller */
  answered(method: string, route: string, status: number, seconds: number): void
  /** A request was refused for a limit. */
  limited(limit: string): void
}

export const silentHttpMeter: HttpMeter = { answered() {}, limited() {} }

/** Anybody may send a method of their own making. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** Makes its instruments. */
export function createHttpMeter(registry: Registry): HttpMeter {
  const registers = [registry]
  const requests = new Counter({
    name: 'ringback_http_requests_total',
    help: 'Requests that the API answered, by the template of their route and the status.',
    labelNames: ['method', 'route', 'status'],
    registers,
  })
  const duration = new Histogram({
    name: 'ringback_http_request_duration_seconds',
    help: 'How long the API took to answer, by the template of the route; of a stream, until it began.',
    labelNames: ['method', 'route'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers,
  })
  const limited = new Counter({
    name: 'ringback_rate_limited_requests_total',
    help: 'Requests that were refused for a rate limit, by the limit.',
    labelNames: ['limit'],
    registers,
  })
  for (const limit of ['key', 'portal', 'tenant', 'address']) limited.inc({ limit }, 0)
  return {
    answered(given, route, status, seconds) {
      const method = METHODS.has(given) ? given : 'other'
      requests.inc({ method, route, status })
      duration.observe({ method, route }, seconds)
    },
    limited: (limit) => limited.inc({ limit }),
  }
}
