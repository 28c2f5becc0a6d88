import { lazy, Suspense } from 'react'
import type { StatsWindow } from '../api/shapes.ts'
import { Loaded } from '../elements/loaded.tsx'
import { Skeleton } from '../elements/skeleton.tsx'
import { EndpointCounts } from '../endpoints/endpoint-counts.tsx'
import { Breakdown } from './breakdown.tsx'
import { QueueLanes } from './queue-lanes.tsx'
import { StatsFigures } from './stats-figures.tsx'
import { useStats } from './use-stats.ts'
import { Workers } from './workers.tsx'

const StatsCharts = lazy(() => import('./stats-charts.tsx'))

/** The figures, the charts, and what went wrong how often. */
export function StatsPanel({
  tenant,
  endpoint,
  window,
}: {
  tenant?: string | undefined
  endpoint?: string
  window: StatsWindow
}) {
  const query = useStats({ tenant, endpoint }, window)
  return (
    <Loaded query={query} rows={10}>
      {(stats) => (
        <>
          <StatsFigures stats={stats} />
          {stats.endpoints && <EndpointCounts tenant={tenant} counts={stats.endpoints} />}
          <Suspense fallback={<Skeleton rows={6} />}>
            <StatsCharts stats={stats} />
          </Suspense>
          <div className="grid gap-4 lg:grid-cols-2">
            <Breakdown title="By status code" counts={stats.totals.byStatusCode} />
            <Breakdown title="By error" counts={stats.totals.byError} />
          </div>
          {(stats.queue || stats.workers) && (
            <div className="grid items-start gap-4 lg:grid-cols-2">
              {stats.queue && <QueueLanes queue={stats.queue} />}
              {stats.workers && <Workers workers={stats.workers} />}
            </div>
          )}
        </>
      )}
    </Loaded>
  )
}
