import { METRICS_TYPE } from '../../telemetry/metrics.ts'
import type { Api, ApiNeeds } from '../needs.ts'
import { routeProblem } from '../problem.ts'

/** The metrics, in the text format of Prometheus: for its scraper, without a key, and so not in the document for clients. */
export function metricsRoutes(api: Api, { metrics }: Pick<ApiNeeds, 'metrics'>): void {
  api.get('/metrics', async (c) =>
    metrics ? c.body(await metrics(), 200, { 'Content-Type': METRICS_TYPE }) : routeProblem(c),
  )
}
