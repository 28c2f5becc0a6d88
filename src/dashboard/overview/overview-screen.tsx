import { Link, useSearch } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { buttonClass } from '../elements/button.tsx'
import { Screen } from '../elements/screen.tsx'
import { FailingEndpoints } from '../endpoints/failing-endpoints.tsx'
import { useMay } from '../session/session.ts'
import { useTenantMaybe } from '../tenants/use-tenant.ts'
import { FirstSteps } from './first-steps.tsx'
import { Readiness } from './readiness.tsx'
import { StatsPanel } from './stats-panel.tsx'
import { windowOf } from './use-stats.ts'
import { WindowSwitch } from './window-switch.tsx'

/** How it goes: for a tenant, or for all. */
export function OverviewScreen() {
  const tenant = useTenantMaybe()
  const search = useSearch({ strict: false })
  const window = windowOf(search.window)
  const mayManage = useMay('manage')
  return (
    <Screen
      title="Overview"
      actions={
        <>
          <WindowSwitch window={window} />
          {tenant && mayManage && (
            <Link to="/tenants/$tenant/endpoints/new" params={{ tenant }} className={buttonClass('primary')}>
              <Plus size={14} aria-hidden />
              New endpoint
            </Link>
          )}
        </>
      }
    >
      {!tenant && <Readiness />}
      {tenant && <FirstSteps tenant={tenant} />}
      <FailingEndpoints tenant={tenant} />
      <StatsPanel tenant={tenant} window={window} />
    </Screen>
  )
}
