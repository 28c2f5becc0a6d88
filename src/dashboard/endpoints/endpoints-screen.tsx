import { Link, useSearch } from '@tanstack/react-router'
import { Plus, Webhook } from 'lucide-react'
import { pathOf } from '../api/paths.ts'
import { buttonClass } from '../elements/button.tsx'
import { Card } from '../elements/card.tsx'
import { ColumnMenu } from '../elements/column-menu.tsx'
import { EmptyState } from '../elements/empty-state.tsx'
import { ExportButtons } from '../elements/export-buttons.tsx'
import { Loaded } from '../elements/loaded.tsx'
import { Pager } from '../elements/pager.tsx'
import { Screen } from '../elements/screen.tsx'
import { useMay } from '../session/session.ts'
import { useTenantMaybe } from '../tenants/use-tenant.ts'
import { EndpointStatusFilter, statusOf } from './endpoint-status-filter.tsx'
import { ENDPOINT_LIST, EndpointsTable, endpointColumns } from './endpoints-table.tsx'
import { useEndpoints } from './use-endpoints.ts'

/** So many have their sparkline on the page. */
const LIMIT = 25

/** The endpoints of a tenant, or of all. */
export function EndpointsScreen() {
  const tenant = useTenantMaybe()
  const { cursor, ...search } = useSearch({ strict: false })
  const status = statusOf(search.status)
  const endpoints = useEndpoints(tenant, { status, cursor, limit: LIMIT })
  const mayManage = useMay('manage')
  const columns = endpointColumns(tenant)
  const add = tenant && mayManage && (
    <Link to="/tenants/$tenant/endpoints/new" params={{ tenant }} className={buttonClass('primary')}>
      <Plus size={14} aria-hidden />
      New endpoint
    </Link>
  )
  return (
    <Screen title="Endpoints" lead="The URLs that events are sent to." actions={add}>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <EndpointStatusFilter status={status} />
        <ColumnMenu list={ENDPOINT_LIST} columns={columns} />
      </div>
      <Card flush>
        <Loaded query={endpoints}>
          {({ data, nextCursor }) =>
            data.length === 0 ? (
              <EmptyState icon={Webhook} title={status ? `None is ${status}` : 'No endpoints yet'}>
                {!status && <p>Register the URL that is to get events, and choose which ones.</p>}
                {!status && add}
              </EmptyState>
            ) : (
              <>
                <EndpointsTable endpoints={data} columns={columns} />
                <Pager cursor={cursor} nextCursor={nextCursor}>
                  <ExportButtons name="endpoints" path={pathOf(tenant, 'endpoints')} query={{ status }} />
                </Pager>
              </>
            )
          }
        </Loaded>
      </Card>
    </Screen>
  )
}
