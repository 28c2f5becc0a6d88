import { useSearch } from '@tanstack/react-router'
import { KeyRound, Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { ApiKey } from '../api/shapes.ts'
import { Button } from '../elements/button.tsx'
import { Card } from '../elements/card.tsx'
import { Confirm } from '../elements/confirm.tsx'
import { EmptyState } from '../elements/empty-state.tsx'
import { IconButton } from '../elements/icon-button.tsx'
import { Loaded } from '../elements/loaded.tsx'
import { Moment } from '../elements/moment.tsx'
import { Pager } from '../elements/pager.tsx'
import { Pill } from '../elements/pill.tsx'
import { Screen } from '../elements/screen.tsx'
import { type Column, Table } from '../elements/table.tsx'
import { NewKeyDialog } from './new-key-dialog.tsx'
import { useKeys, useRevokeKey } from './use-keys.ts'

const COLUMNS: readonly Column<ApiKey>[] = [
  { head: 'Name', cell: ({ name }) => <span className="font-medium">{name}</span> },
  {
    head: 'May',
    cell: ({ scopes }) => (
      <span className="flex flex-wrap gap-1">
        {scopes.map((scope) => (
          <Pill key={scope} tone={scope === 'admin' ? 'warn' : 'idle'}>
            {scope}
          </Pill>
        ))}
      </span>
    ),
  },
  { head: 'Tenant', wide: true, cell: ({ tenant }) => tenant ?? <span className="text-ink-faint">all</span> },
  { head: 'Last used', wide: true, cell: ({ lastUsedAt }) => <Moment at={lastUsedAt} empty="never" /> },
  { head: 'Expires', wide: true, cell: ({ expiresAt }) => <Moment at={expiresAt} empty="never" /> },
  { head: 'Revoke', end: true, cell: (key) => <Revoke apiKey={key} /> },
]

/** The keys of the API. */
export function KeysScreen() {
  const { cursor } = useSearch({ strict: false })
  const keys = useKeys(cursor)
  const [isNewOpen, setNewOpen] = useState(false)
  return (
    <Screen
      title="API keys"
      lead="What programs sign in with. The admin key is not among them: it is a setting."
      actions={
        <Button kind="primary" onClick={() => setNewOpen(true)}>
          <Plus size={14} aria-hidden />
          New key
        </Button>
      }
    >
      <Card flush>
        <Loaded query={keys}>
          {({ data, nextCursor }) =>
            data.length === 0 ? (
              <EmptyState icon={KeyRound} title="No keys yet">
                <p>
                  Make one for each program, with no more scopes than it needs; each can be revoked alone.
                </p>
              </EmptyState>
            ) : (
              <>
                <Table label="API keys" columns={COLUMNS} rows={data} keyOf={({ id }) => id} />
                <Pager cursor={cursor} nextCursor={nextCursor} />
              </>
            )
          }
        </Loaded>
      </Card>
      {isNewOpen && <NewKeyDialog onClose={() => setNewOpen(false)} />}
    </Screen>
  )
}

function Revoke({ apiKey: { id, name } }: { apiKey: ApiKey }) {
  const revoke = useRevokeKey()
  return (
    <Confirm
      trigger={<IconButton icon={Trash2} label={`Revoke ${name}`} />}
      title={`Revoke ${name}?`}
      verb="Revoke it"
      onConfirm={() => revoke.mutateAsync(id)}
    >
      Whatever uses it is refused within seconds. This cannot be taken back.
    </Confirm>
  )
}
