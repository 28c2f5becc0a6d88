import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Activity } from 'lucide-react'
import { pathOf } from '../api/paths.ts'
import type { ListedEvent } from '../api/shapes.ts'
import { Card } from '../elements/card.tsx'
import { CodeBlock } from '../elements/code-block.tsx'
import { EmptyState } from '../elements/empty-state.tsx'
import { ExportButtons } from '../elements/export-buttons.tsx'
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
import { useTenantMaybe } from '../tenants/use-tenant.ts'
import { emitCommand } from './emit-command.ts'
import { type EventFilters, useEvents } from './use-events.ts'

const COLUMNS: readonly Column<ListedEvent>[] = [
  {
    head: 'Event',
    cell: ({ tenantId, id, type }) => (
      <Link
        to="/tenants/$tenant/events/$event"
        params={{ tenant: tenantId, event: id }}
        className={`${TEXT_LINK} block max-w-36 truncate font-mono text-xs sm:max-w-none`}
        title={id}
      >
        {type}
      </Link>
    ),
  },
  {
    head: 'Your id',
    wide: true,
    cell: ({ externalId }) => <code className="font-mono text-xs text-ink-soft">{externalId ?? '—'}</code>,
  },
  {
    head: 'Went to',
    cell: ({ deliveryCount }) =>
      deliveryCount === 0 ? (
        <span className="text-ink-faint">nobody</span>
      ) : (
        plural(deliveryCount, 'endpoint')
      ),
  },
  { head: 'Accepted', end: true, cell: ({ createdAt }) => <Moment at={createdAt} /> },
]

const TENANT: Column<ListedEvent> = {
  head: 'Tenant',
  wide: true,
  cell: ({ tenantId }) => <span className="text-ink-soft">{tenantId}</span>,
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
  return (
    <Screen title="Events" lead="What happened, as it was accepted.">
      <search className="grid w-full grid-cols-2 items-end gap-2 sm:flex sm:w-auto sm:flex-wrap">
        <WrittenFilter
          label="Event type"
          placeholder="invoice.paid"
          value={type}
          onChange={(type) => set({ type })}
        />
        <TimeFilter after={after} before={before} onChange={set} />
      </search>
      <Card flush>
        <Loaded query={events}>
          {({ data, nextCursor }) =>
            data.length === 0 ? (
              <EmptyState icon={Activity} title={isNarrowed ? 'None is like this' : 'No events yet'}>
                {!isNarrowed && tenant && isOperator && (
                  <div className="w-full">
                    <CodeBlock label="Emit an event" text={emitCommand(tenant)} />
                  </div>
                )}
              </EmptyState>
            ) : (
              <>
                <Table
                  label="Events"
                  columns={tenant ? COLUMNS : [COLUMNS[0]!, TENANT, ...COLUMNS.slice(1)]}
                  rows={data}
                  keyOf={({ id }) => id}
                />
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
