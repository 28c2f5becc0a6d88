import type { Stats } from '../api/shapes.ts'
import { Card } from '../elements/card.tsx'
import { count } from '../elements/number-text.ts'
import { type Column, Table } from '../elements/table.tsx'
import { TEXT_LINK } from '../elements/text-link.ts'
import { useMay } from '../session/session.ts'
import { settings } from '../settings.ts'

/** Bull Board, read only: a page of its own beside this application. */
const QUEUES_PAGE = '/dashboard/queues'

type Lane = [name: string, counts: NonNullable<Stats['queue']>[string]]

const COLUMNS: readonly Column<Lane>[] = [
  { head: 'Queue', cell: ([name]) => <code className="font-mono text-xs">{name}</code> },
  { head: 'Waiting', end: true, cell: ([, { waiting }]) => count(waiting) },
  { head: 'In hand', end: true, cell: ([, { active }]) => count(active) },
  { head: 'Later', end: true, cell: ([, { delayed }]) => count(delayed) },
]

/** The alarms in the queue, for the operator. It holds what is due soon alone: the rest waits in Postgres. */
export function QueueLanes({ queue }: { queue: NonNullable<Stats['queue']> }) {
  const isAdmin = useMay('admin')
  return (
    <Card
      title="Queue"
      flush
      actions={
        isAdmin && (
          <a href={`${settings.prefix}${QUEUES_PAGE}`} className={`${TEXT_LINK} text-xs`}>
            Look inside
          </a>
        )
      }
    >
      <Table label="Queue" columns={COLUMNS} rows={Object.entries(queue)} keyOf={([name]) => name} />
    </Card>
  )
}
