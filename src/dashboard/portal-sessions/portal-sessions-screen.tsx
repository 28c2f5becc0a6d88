import { useSearch } from '@tanstack/react-router'
import { SquareArrowOutUpRight, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { PortalSession } from '../api/shapes.ts'
import { Button } from '../elements/button.tsx'
import { Card } from '../elements/card.tsx'
import { Confirm } from '../elements/confirm.tsx'
import { EmptyState } from '../elements/empty-state.tsx'
import { IconButton } from '../elements/icon-button.tsx'
import { Id } from '../elements/id.tsx'
import { Loaded } from '../elements/loaded.tsx'
import { Moment } from '../elements/moment.tsx'
import { Pager } from '../elements/pager.tsx'
import { Screen } from '../elements/screen.tsx'
import { type Column, Table } from '../elements/table.tsx'
import { useTenant } from '../tenants/use-tenant.ts'
import { OpenPortalDialog } from './open-portal-dialog.tsx'
import { usePortalSessions, useRevokePortal } from './use-portal-sessions.ts'

const COLUMNS: readonly Column<PortalSession>[] = [
  {
    head: 'May',
    cell: ({ readOnly }) => (
      <span className="whitespace-nowrap">{readOnly ? 'look' : 'look and change'}</span>
    ),
  },
  { head: 'Session', wide: true, cell: ({ id }) => <Id value={id} /> },
  { head: 'Ends', cell: ({ expiresAt }) => <Moment at={expiresAt} /> },
  { head: 'Opened', wide: true, cell: ({ createdAt }) => <Moment at={createdAt} /> },
  { head: 'End it', end: true, cell: (session) => <Revoke session={session} /> },
]

/** Links into a tenant's own part. */
export function PortalSessionsScreen() {
  const tenant = useTenant()
  const { cursor } = useSearch({ strict: false })
  const sessions = usePortalSessions(tenant, cursor)
  const [isOpening, setOpening] = useState(false)
  return (
    <Screen
      title="Portal sessions"
      lead="Links that let the tenant's people into their own part, for a while. Your application makes them by the API."
      actions={
        <Button kind="primary" onClick={() => setOpening(true)}>
          <SquareArrowOutUpRight size={14} aria-hidden />
          Open the portal
        </Button>
      }
    >
      <Card flush>
        <Loaded query={sessions}>
          {({ data, nextCursor }) =>
            data.length === 0 ? (
              <EmptyState icon={SquareArrowOutUpRight} title="No session stands">
                <p>Open the portal to see what the tenant sees.</p>
              </EmptyState>
            ) : (
              <>
                <Table label="Portal sessions" columns={COLUMNS} rows={data} keyOf={({ id }) => id} />
                <Pager cursor={cursor} nextCursor={nextCursor} />
              </>
            )
          }
        </Loaded>
      </Card>
      {isOpening && <OpenPortalDialog tenant={tenant} onClose={() => setOpening(false)} />}
    </Screen>
  )
}

function Revoke({ session: { tenantId, id } }: { session: PortalSession }) {
  const revoke = useRevokePortal(tenantId)
  return (
    <Confirm
      trigger={<IconButton icon={Trash2} label={`End session ${id}`} />}
      title="End this session?"
      verb="End it"
      onConfirm={() => revoke.mutateAsync(id)}
    >
      Within seconds its link and its page are refused.
    </Confirm>
  )
}
