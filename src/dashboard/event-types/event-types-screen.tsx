import { Link } from '@tanstack/react-router'
import { Plus, Shapes } from 'lucide-react'
import { useState } from 'react'
import type { EventType } from '../api/shapes.ts'
import { Button } from '../elements/button.tsx'
import { Card } from '../elements/card.tsx'
import { EmptyState } from '../elements/empty-state.tsx'
import { TextField } from '../elements/field.tsx'
import { Loaded } from '../elements/loaded.tsx'
import { Pill } from '../elements/pill.tsx'
import { Screen } from '../elements/screen.tsx'
import { type Column, Table } from '../elements/table.tsx'
import { useMay } from '../session/session.ts'
import { isOperator } from '../settings.ts'
import { useTenantMaybe } from '../tenants/use-tenant.ts'
import { EventTypeDialog } from './event-type-dialog.tsx'
import { EventTypeLink } from './event-type-link.tsx'
import { useEventTypes } from './use-event-types.ts'

/** More rows than this say nothing that a search would not. */
const MOST_SHOWN = 200

const COLUMNS: readonly Column<EventType>[] = [
  {
    head: 'Event type',
    cell: ({ name, deprecated }) => (
      <span className="flex items-center gap-2">
        <EventTypeLink name={name} />
        {deprecated && <Pill tone="warn">deprecated</Pill>}
      </span>
    ),
  },
  {
    head: 'Description',
    wide: true,
    cell: ({ description }) => <span className="line-clamp-1 text-ink-soft">{description}</span>,
  },
  {
    head: 'Schema',
    end: true,
    cell: ({ schema, schemaMode }) =>
      schema === null ? <span className="text-ink-faint">none</span> : <Pill tone="idle">{schemaMode}</Pill>,
  },
]

/** The catalogue: what may happen, and what it looks like. */
export function EventTypesScreen() {
  const tenant = useTenantMaybe()
  const eventTypes = useEventTypes(tenant)
  const [search, setSearch] = useState('')
  const [isNewOpen, setNewOpen] = useState(false)
  const mayDefine = useMay('admin') && isOperator
  return (
    <Screen
      title="Event types"
      lead="What can happen, and what its data looks like."
      actions={
        mayDefine && (
          <Button kind="primary" onClick={() => setNewOpen(true)}>
            <Plus size={14} aria-hidden />
            New event type
          </Button>
        )
      }
    >
      <TextField
        label="Search event types"
        hideLabel
        type="search"
        placeholder="Search by name or description"
        className="max-w-md"
        value={search}
        onChange={(event) => setSearch(event.target.value)}
      />
      <Card flush>
        <Loaded query={eventTypes}>
          {(all) => {
            const words = search.toLowerCase()
            const found = all.filter(({ name, description }) =>
              `${name} ${description}`.toLowerCase().includes(words),
            )
            if (found.length === 0)
              return (
                <EmptyState icon={Shapes} title={search ? 'None is called so' : 'The catalogue is empty'}>
                  {!search && (
                    <p>
                      Types need not be listed to be sent, but listed ones can be chosen, checked by a schema,
                      and tried with an example.
                    </p>
                  )}
                </EmptyState>
              )
            return (
              <>
                <Table
                  label="Event types"
                  columns={COLUMNS}
                  rows={found.slice(0, MOST_SHOWN)}
                  keyOf={({ name }) => name}
                />
                {found.length > MOST_SHOWN && (
                  <p className="border-t border-line px-4 py-2 text-xs text-ink-faint">
                    The first {MOST_SHOWN} of {found.length}. Search to see others.
                  </p>
                )}
              </>
            )
          }}
        </Loaded>
      </Card>
      {tenant && isOperator && (
        <p className="text-xs text-ink-faint">
          The catalogue is the same for all tenants.{' '}
          <Link to="/event-types" className="text-accent-ink underline">
            Change it there.
          </Link>
        </p>
      )}
      {isNewOpen && <EventTypeDialog onClose={() => setNewOpen(false)} />}
    </Screen>
  )
}
