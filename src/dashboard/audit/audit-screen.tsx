import { useNavigate, useSearch } from '@tanstack/react-router'
import { ScrollText } from 'lucide-react'
import { pathOf } from '../api/paths.ts'
import { Card } from '../elements/card.tsx'
import { EmptyState } from '../elements/empty-state.tsx'
import { ExportButtons } from '../elements/export-buttons.tsx'
import { SelectField } from '../elements/field.tsx'
import { Loaded } from '../elements/loaded.tsx'
import { Pager } from '../elements/pager.tsx'
import { Screen } from '../elements/screen.tsx'
import { TimeFilter } from '../elements/time-filter.tsx'
import { WrittenFilter } from '../elements/written-filter.tsx'
import { useTenantMaybe } from '../tenants/use-tenant.ts'
import { AUDIT_ACTIONS } from './actions.ts'
import { AuditRow } from './audit-row.tsx'
import { type AuditFilters, useAuditLog } from './use-audit-log.ts'

/** Who changed what, and when. */
export function AuditScreen() {
  const tenant = useTenantMaybe()
  const { action, target, after, before, cursor } = useSearch({ strict: false })
  const log = useAuditLog(tenant, { action, target, after, before, cursor })
  const navigate = useNavigate()
  const set = (change: AuditFilters) =>
    void navigate({ to: '.', search: (all: object) => ({ ...all, ...change, cursor: undefined }) })
  const isNarrowed = Boolean(action || target || after || before)
  return (
    <Screen title="Audit log" lead="Who changed what, and when. Nothing in it can be changed.">
      <search className="grid w-full grid-cols-2 items-end gap-2 sm:flex sm:w-auto sm:flex-wrap">
        <SelectField
          label="Action"
          className="sm:w-56"
          value={action ?? ''}
          options={[
            { value: '', label: 'Any' },
            ...AUDIT_ACTIONS.map((action) => ({ value: action, label: action })),
          ]}
          onChange={(event) => set({ action: event.target.value || undefined })}
        />
        <WrittenFilter
          label="What it happened to"
          placeholder="ep_…, or a name"
          value={target}
          onChange={(target) => set({ target })}
        />
        <TimeFilter after={after} before={before} onChange={set} />
      </search>
      <Card flush>
        <Loaded query={log}>
          {({ data, nextCursor }) =>
            data.length === 0 ? (
              <EmptyState
                icon={ScrollText}
                title={isNarrowed ? 'None is like this' : 'Nothing was changed yet'}
              >
                {isNarrowed && <p>Take a filter away to see more.</p>}
              </EmptyState>
            ) : (
              <>
                <ul className="divide-y divide-line">
                  {data.map((entry) => (
                    <AuditRow key={entry.id} entry={entry} />
                  ))}
                </ul>
                <Pager cursor={cursor} nextCursor={nextCursor}>
                  <ExportButtons
                    name="audit-log"
                    path={pathOf(tenant, 'audit-log')}
                    query={{ action, target, after, before }}
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
