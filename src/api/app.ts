/**
 * The HTTP door: from a request to a verb of a room, and from its result or error to an answer. What every request
 * passes is here, in the order it passes; what a route does is in `routes/`, a file for each room.
 */
import { OpenAPIHono } from '@hono/zod-openapi'
import { methodNotAllowed } from 'hono/method-not-allowed'
import { requestId } from 'hono/request-id'
import { requireKey } from './authorise.ts'
import { pathBelow, prefixOf } from './base-path.ts'
import { countRequests } from './count-requests.ts'
import { readJsonBody } from './json-body.ts'
import type { Api, ApiEnv, ApiNeeds } from './needs.ts'
import { answerError, methodProblem, routeProblem } from './problem.ts'
import { chargeFailure, limitRate } from './rate-limit.ts'
import { acrossTenantsRoutes } from './routes/across-tenants.ts'
import { apiKeyRoutes } from './routes/api-keys.ts'
import { auditLogRoutes } from './routes/audit-log.ts'
import { dashboardRoutes } from './routes/dashboard.ts'
import { deliveryRoutes } from './routes/deliveries.ts'
import { deliveryStreamRoutes } from './routes/delivery-streams.ts'
import { documentRoutes } from './routes/document.ts'
import { endpointPauseRoutes } from './routes/endpoint-pauses.ts'
import { endpointSecretRoutes } from './routes/endpoint-secrets.ts'
import { endpointSwitchRoutes } from './routes/endpoint-switches.ts'
import { endpointTestRoutes } from './routes/endpoint-tests.ts'
import { endpointRoutes } from './routes/endpoints.ts'
import { eventBatchRoutes } from './routes/event-batches.ts'
import { eventTypeRoutes } from './routes/event-types.ts'
import { eventRoutes } from './routes/events.ts'
import { filterPreviewRoutes } from './routes/filter-previews.ts'
import { healthRoutes } from './routes/health.ts'
import { metricsRoutes } from './routes/metrics.ts'
import { portalSessionRoutes } from './routes/portal-sessions.ts'
import { queueBoardRoutes } from './routes/queue-board.ts'
import { recoveryRoutes } from './routes/recoveries.ts'
import { refusedEventRoutes } from './routes/refused-events.ts'
import { sessionRoutes, signInRoutes } from './routes/session.ts'
import { settingsRoutes } from './routes/settings.ts'
import { statsRoutes } from './routes/stats.ts'
import { subscriptionRoutes } from './routes/subscriptions.ts'
import { tenantEventTypeRoutes } from './routes/tenant-event-types.ts'
import { tenantRoutes } from './routes/tenants.ts'
import { plainHeaders } from './security-headers.ts'

/** Makes the API; nothing runs until it is served. */
export function createApi(needs: ApiNeeds): Api {
  const api: Api = new OpenAPIHono<ApiEnv>({ getPath: pathBelow(needs.basePath) })

  api.use(requestId())
  if (needs.meter) api.use(countRequests(needs.meter.http))
  api.use(plainHeaders())
  api.use(methodNotAllowed({ app: api, onMethodNotAllowed: methodProblem }))
  api.onError(answerError(needs.log))
  api.notFound(routeProblem)

  healthRoutes(api, needs)
  metricsRoutes(api, needs)
  documentRoutes(api, prefixOf(needs))
  queueBoardRoutes(api, needs)
  dashboardRoutes(api, needs)

  // Signing in needs no key yet, so it comes before the door that asks for one.
  api.use('/v1/session', readJsonBody())
  signInRoutes(api, needs)

  const { limits, trustedProxies } = needs
  api.use(
    '/v1/*',
    requireKey(needs, (c) => chargeFailure(c, limits, trustedProxies)),
  )
  api.use('/v1/*', limitRate(limits))
  api.use('/v1/*', readJsonBody())
  sessionRoutes(api)
  tenantRoutes(api, needs)
  eventTypeRoutes(api, needs)
  tenantEventTypeRoutes(api, needs)
  endpointRoutes(api, needs)
  endpointSwitchRoutes(api, needs)
  endpointPauseRoutes(api, needs)
  endpointSecretRoutes(api, needs)
  endpointTestRoutes(api, needs)
  subscriptionRoutes(api, needs)
  filterPreviewRoutes(api, needs)
  eventRoutes(api, needs)
  eventBatchRoutes(api, needs)
  refusedEventRoutes(api, needs)
  // Before the paths that would take `stream` for an id.
  deliveryStreamRoutes(api, needs)
  deliveryRoutes(api, needs)
  acrossTenantsRoutes(api, needs)
  recoveryRoutes(api, needs)
  statsRoutes(api, needs)
  portalSessionRoutes(api, needs)
  apiKeyRoutes(api, needs)
  settingsRoutes(api, needs)
  auditLogRoutes(api, needs)
  return api
}

/** The probes and the metrics alone, without the API: for a port of their own. */
export function createProbes(needs: Pick<ApiNeeds, 'log' | 'metrics' | 'readiness' | 'isStopping'>): Api {
  const api: Api = new OpenAPIHono<ApiEnv>()
  api.use(requestId())
  api.use(plainHeaders())
  api.onError(answerError(needs.log))
  api.notFound(routeProblem)
  healthRoutes(api, needs)
  metricsRoutes(api, needs)
  return api
}
