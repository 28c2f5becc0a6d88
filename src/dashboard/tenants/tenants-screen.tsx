import { Link, useSearch } from '@tanstack/react-router'
import { Building2, Plus } from 'lucide-react'
import { useState } from 'react'
import type { Tenant } from '../api/shapes.ts'
import { Button } from '../elements/button.tsx'
import { Card } from '../elements/card.tsx'
import { EmptyState } from '../elements/empty-state.tsx'
import { Id } from '../elements/id.tsx'
import { Loaded } from '../elements/loaded.tsx'
import { Moment } from '../elements/moment.tsx'
import { Pager } from '../elements/pager.tsx'
import { Screen } from '../elements/screen.tsx'
import { type Column, Table } from '../elements/table.tsx'
import { TEXT_LINK } from '../elements/text-link.ts'
import { useMay } from '../session/session.ts'
import { NewTenantDialog } from './new-tenant-dialog.tsx'
import { useTenants } from './use-tenants.ts'

const COLUMNS: readonly Column<Tenant>[] = [
  {
    head: 'Tenant',
    cell: ({ id, name }) => (
      <Link to="/tenants/$tenant" params={{ tenant: id }} className={TEXT_LINK}>
        {name ?? id}
      </Link>
    ),
  },
  { head: 'Id', cell: ({ id }) => <Id value={id} /> },
  { head: 'Made', cell: ({ createdAt }) => <Moment at={createdAt} />, wide: true, end: true },
]

/** All tenants, for the operator. */
export function TenantsScreen() {
  const { cursor } = useSearch({ from: '/tenants' })
  const tenants = useTenants(cursor)
  const [isNewOpen, setNewOpen] = useState(false)
  const isAdmin = useMay('admin')
  return (
    <Screen
      title="Tenants"
      lead="Your customers: each owns its endpoints and its events."
      actions={
        isAdmin && (
          <Button kind="primary" onClick={() => setNewOpen(true)}>
            <Plus size={14} aria-hidden />
            New tenant
          </Button>
        )
      }
    >
      <Card flush>
        <Loaded query={tenants}>
          {({ data, nextCursor }) =>
            data.length === 0 ? (
              <EmptyState icon={Building2} title="No tenants yet">
                <p>A tenant is a customer of yours. Make one here, or by the API with an id of your own.</p>
              </EmptyState>
            ) : (
              <>
                <Table label="Tenants" columns={COLUMNS} rows={data} keyOf={({ id }) => id} />
                <Pager cursor={cursor} nextCursor={nextCursor} />
              </>
            )
          }
        </Loaded>
      </Card>
      <NewTenantDialog open={isNewOpen} onClose={() => setNewOpen(false)} />
    </Screen>
  )
}
