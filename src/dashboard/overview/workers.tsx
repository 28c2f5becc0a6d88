import { TriangleAlert } from 'lucide-react'
import type { Stats } from '../api/shapes.ts'
import { Card } from '../elements/card.tsx'
import { type Column, Table } from '../elements/table.tsx'

type Worker = NonNullable<Stats['workers']>[number]

const COLUMNS: readonly Column<Worker>[] = [
  { head: 'Worker', cell: ({ name }) => <code className="font-mono text-xs wrap-anywhere">{name}</code> },
  {
    head: 'Takes from',
    end: true,
    cell: ({ lanes }) => <span className="text-ink-soft">{lanes.join(', ')}</span>,
  },
]

/** The processes that make attempts, as the queue sees them. Without one nothing is delivered, and that is said. */
export function Workers({ workers }: { workers: readonly Worker[] }) {
  return (
    <Card title="Workers" flush={workers.length > 0}>
      {workers.length === 0 ? (
        <p role="alert" className="flex items-start gap-2 text-sm text-bad">
          <TriangleAlert size={16} aria-hidden className="mt-0.5 shrink-0" />
          <span>
            No worker is connected: events are accepted, and wait. Start a process with{' '}
            <code className="font-mono text-xs">worker</code> among its{' '}
            <code className="font-mono text-xs">RINGBACK_ROLES</code>.
          </span>
        </p>
      ) : (
        <Table label="Workers" columns={COLUMNS} rows={workers} keyOf={({ name }) => name} />
      )}
    </Card>
  )
}
