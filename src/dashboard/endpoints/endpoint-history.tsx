import type { Endpoint } from '../api/shapes.ts'
import { AuditRow } from '../audit/audit-row.tsx'
import { useAuditLog } from '../audit/use-audit-log.ts'
import { Card } from '../elements/card.tsx'

const MOST_SHOWN = 10

/** What was last done to an endpoint, and by whom: when it was switched off, and why. Nothing where nobody knows. */
export function EndpointHistory({ endpoint }: { endpoint: Endpoint }) {
  const { data } = useAuditLog(endpoint.tenantId, { target: endpoint.id, limit: MOST_SHOWN })
  if (!data || data.data.length === 0) return null
  return (
    <Card title="History" flush>
      <ul className="divide-y divide-line">
        {data.data.map((entry) => (
          <AuditRow key={entry.id} entry={entry} isElsewhere={false} />
        ))}
      </ul>
    </Card>
  )
}
