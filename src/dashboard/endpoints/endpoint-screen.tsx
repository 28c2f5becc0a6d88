import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import type { Endpoint } from '../api/shapes.ts'
import { Id } from '../elements/id.tsx'
import { Loaded } from '../elements/loaded.tsx'
import { Screen } from '../elements/screen.tsx'
import { type Tab, Tabs } from '../elements/tabs.tsx'
import { useMay } from '../session/session.ts'
import { useTenant } from '../tenants/use-tenant.ts'
import { EndpointDeliveries } from './endpoint-deliveries.tsx'
import { EndpointOverview } from './endpoint-overview.tsx'
import { EndpointPill } from './endpoint-pill.tsx'
import { EndpointSecret } from './endpoint-secret.tsx'
import { EndpointSettings } from './endpoint-settings.tsx'
import { EndpointSubscriptions } from './endpoint-subscriptions.tsx'
import { EndpointSwitches } from './endpoint-switches.tsx'
import { EndpointTest } from './endpoint-test.tsx'
import { useEndpoint } from './use-endpoints.ts'

type TabName = 'overview' | 'deliveries' | 'subscriptions' | 'test' | 'secret' | 'settings'

/** One endpoint, by tabs. */
export function EndpointScreen() {
  const tenant = useTenant()
  const { endpoint: id = '' } = useParams({ strict: false })
  const { tab = 'overview' } = useSearch({ strict: false })
  const navigate = useNavigate()
  const mayManage = useMay('manage')
  const query = useEndpoint(tenant, id)
  const endpoint = query.data
  return (
    <Screen
      title={endpoint?.url ?? 'Endpoint'}
      heading={endpoint && <Heading endpoint={endpoint} />}
      lead={endpoint?.description}
      actions={endpoint && mayManage && <EndpointSwitches endpoint={endpoint} />}
    >
      <Loaded query={query}>
        {(endpoint) => (
          <Tabs<TabName>
            label="About this endpoint"
            value={tabsFor(endpoint, mayManage).find(({ value }) => value === tab)?.value ?? 'overview'}
            onChange={(tab) => void navigate({ to: '.', search: { tab } })}
            tabs={tabsFor(endpoint, mayManage)}
          />
        )}
      </Loaded>
    </Screen>
  )
}

function tabsFor(endpoint: Endpoint, mayManage: boolean): Tab<TabName>[] {
  const looking: Tab<TabName>[] = [
    { value: 'overview', label: 'Overview', content: () => <EndpointOverview endpoint={endpoint} /> },
    { value: 'deliveries', label: 'Deliveries', content: () => <EndpointDeliveries endpoint={endpoint} /> },
    {
      value: 'subscriptions',
      label: 'Subscriptions',
      content: () => <EndpointSubscriptions endpoint={endpoint} />,
    },
  ]
  if (!mayManage) return looking
  return [
    ...looking,
    { value: 'test', label: 'Test', content: () => <EndpointTest endpoint={endpoint} /> },
    { value: 'secret', label: 'Secret', content: () => <EndpointSecret endpoint={endpoint} /> },
    {
      value: 'settings',
      label: 'Settings',
      content: () => <EndpointSettings key={endpoint.updatedAt} endpoint={endpoint} />,
    },
  ]
}

function Heading({ endpoint }: { endpoint: Endpoint }) {
  return (
    <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <span className="break-all">{endpoint.url}</span>
      <EndpointPill endpoint={endpoint} />
      <Id value={endpoint.id} />
    </span>
  )
}
