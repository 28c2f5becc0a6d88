import { useSearch } from '@tanstack/react-router'
import type { Endpoint } from '../api/shapes.ts'
import { StatsPanel } from '../overview/stats-panel.tsx'
import { windowOf } from '../overview/use-stats.ts'
import { WindowSwitch } from '../overview/window-switch.tsx'
import { EndpointHealth } from './endpoint-health.tsx'
import { EndpointHistory } from './endpoint-history.tsx'

/** How an endpoint does, in words and figures. */
export function EndpointOverview({ endpoint }: { endpoint: Endpoint }) {
  const search = useSearch({ strict: false })
  const window = windowOf(search.window)
  return (
    <>
      <EndpointHealth endpoint={endpoint} />
      <div className="flex justify-end">
        <WindowSwitch window={window} />
      </div>
      <StatsPanel tenant={endpoint.tenantId} endpoint={endpoint.id} window={window} />
      <EndpointHistory endpoint={endpoint} />
    </>
  )
}
