import { useSearch } from '@tanstack/react-router'
import { CalendarSync, Plus } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../elements/button.tsx'
import { Card } from '../elements/card.tsx'
import { EmptyState } from '../elements/empty-state.tsx'
import { Loaded } from '../elements/loaded.tsx'
import { Pager } from '../elements/pager.tsx'
import { Screen } from '../elements/screen.tsx'
import { useMay } from '../session/session.ts'
import { useTenant } from '../tenants/use-tenant.ts'
import { NewRecoveryDialog } from './new-recovery-dialog.tsx'
import { RecoveryRow } from './recovery-row.tsx'
import { useRecoveries } from './use-recoveries.ts'

/** Retrying many at once: what is going on, and what was. */
export function RecoveriesScreen() {
  const tenant = useTenant()
  const { cursor } = useSearch({ strict: false })
  const recoveries = useRecoveries(tenant, cursor)
  const [isNewOpen, setNewOpen] = useState(false)
  const mayManage = useMay('manage')
  const begin = mayManage && (
    <Button kind="primary" onClick={() => setNewOpen(true)}>
      <Plus size={14} aria-hidden />
      New recovery
    </Button>
  )
  return (
    <Screen
      title="Recoveries"
      lead="Sends again what failed in a span of time, at a pace that the receiver can bear."
      actions={begin}
    >
      <Card flush>
        <Loaded query={recoveries}>
          {({ data, nextCursor }) =>
            data.length === 0 ? (
              <EmptyState icon={CalendarSync} title="No recoveries yet">
                <p>After an outage, a recovery sends again whatever failed meanwhile.</p>
                {begin}
              </EmptyState>
            ) : (
              <>
                <ul className="divide-y divide-line">
                  {data.map((recovery) => (
                    <RecoveryRow key={recovery.id} recovery={recovery} />
                  ))}
                </ul>
                <Pager cursor={cursor} nextCursor={nextCursor} />
              </>
            )
          }
        </Loaded>
      </Card>
      {isNewOpen && <NewRecoveryDialog tenant={tenant} onClose={() => setNewOpen(false)} />}
    </Screen>
  )
}
