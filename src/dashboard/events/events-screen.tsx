import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Activity } from 'lucide-react'
import { pathOf } from '../api/paths.ts'
import type { ListedEvent } from '../api/shapes.ts'
import { Card } from '../elements/card.tsx'
import { CodeBlock } from '../elements/code-block.tsx'
import { ColumnMenu } from '../elements/column-menu.tsx'
import { EmptyState } from '../elements/empty-state.tsx'
import { ExportButtons } from '../elements/export-buttons.tsx'
import { Id } from '../elements/id.tsx'
import { Loaded } from '../elements/loaded.tsx'
import { Moment } from '../elements/moment.tsx'
import { plural } from '../elements/number-text.ts'
import { Pager } from '../elements/pager.tsx'
import { Screen } from '../elements/screen.tsx'
import { type Column, Table } from '../elements/table.tsx'
import { TEXT_LINK } from '../elements/text-link.ts'
import { TimeFilter } from '../elements/time-filter.tsx'
import { WrittenFilter } from '../elements/written-filter.tsx'
import { isOperator } from '../settings.ts'
import { TenantLink } from '../tenants/tenant-link.tsx'
import { useTenantMaybe } from '../tenants/use-tenant.ts'
import { emitCommand } from './emit-command.ts'
import { type EventFilters, useEvents } from './use-events.ts'

/** What the choice of columns is kept as. */
const LIST = 'events'

const COLUMNS: readonly Column<ListedEvent>[] = [
  {
    head: 'Event',
    cell: ({ tenantId, id, type }) => (
      <Link
        to="/tenants/$tenant/events/$event"
        params={{ tenant: tenantId, event: id }}
        className={`${TEXT_LINK} font-mono text-xs wrap-anywhere sm:whitespace-nowrap`}
        title={id}
      >
        {type}
      </Link>
    ),
  },
  {
    head: 'Your id',
    wide: true,
    choice: 'shown',
    cell: ({ externalId }) => <code className="font-mono text-xs text-ink-soft">{externalId ?? '—'}</code>,
  },
  {
    head: 'Went to',
    choice: 'shown',
    cell: ({ deliveryCount }) =>
      deliveryCount === 0 ? (
        <span className="text-ink-faint">nobody</span>
      ) : (
        <span className="whitespace-nowrap">{plural(deliveryCount, 'endpoint')}</span>
      ),
  },
  { head: 'Id', wide: true, choice: 'hidden', cell: ({ id }) => <Id value={id} /> },
  { head: 'Accepted', end: true, choice: 'shown', cell: ({ createdAt }) => <Moment at={createdAt} /> },
]

const TENANT: Column<ListedEvent> = {
  head: 'Tenant',
  wide: true,
  choice: 'shown',
  cell: ({ tenantId }) => <TenantLink tenant={tenantId} />,
}

/** The events of a tenant, or of all. */
export function EventsScreen() {
  const tenant = useTenantMaybe()
  const { type, after, before, cursor } = useSearch({ strict: false })
  const events = useEvents(tenant, { type, after, before, cursor })
  const navigate = useNavigate()
  const set = (change: EventFilters) =>
    void navigate({ to: '.', search: (all: object) => ({ ...all, ...change, cursor: undefined }) })
  const isNarrowed = Boolean(type || after || before)
  const columns = tenant ? COLUMNS : [COLUMNS[0]!, TENANT, ...COLUMNS.slice(1)]
  return (
    <Screen title="Events" lead="What happened, as it was accepted.">
      <div className="flex flex-wrap items-end justify-between gap-3">
        <search className="grid w-full grid-cols-2 items-end gap-2 sm:flex sm:w-auto sm:flex-wrap">
          <WrittenFilter
            label="Event type"
            placeholder="invoice.paid"
            value={type}
            onChange={(type) => set({ type })}
          />
          <TimeFilter after={after} before={before} onChange={set} />
        </search>
        <ColumnMenu list={LIST} columns={columns} />
      </div>
      <Card flush>
        <Loaded query={events}>
          {({ data, nextCursor }) =>
            data.length === 0 ? (
              <EmptyState icon={Activity} title={isNarrowed ? 'None is like this' : 'No events yet'}>
                {isNarrowed && <p>Take a filter away to see more.</p>}
                {!isNarrowed && tenant && isOperator && (
                  <div className="w-full">
                    <CodeBlock label="Emit an event" text={emitCommand(tenant)} />
                  </div>
                )}
              </EmptyState>
            ) : (
              <>
                <Table label="Events" list={LIST} columns={columns} rows={data} keyOf={({ id }) => id} />
                <Pager cursor={cursor} nextCursor={nextCursor}>
                  <ExportButtons
                    name="events"
                    path={pathOf(tenant, 'events')}
                    query={{ type, after, before }}
                  />
                </Pager>
              </>
            )
          }
        </Loaded>
      </Card>
    </Screen>
  )
}
