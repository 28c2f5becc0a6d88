import { useQuery } from '@tanstack/react-query'
import { ask } from '../api/client.ts'
import { pathOf } from '../api/paths.ts'
import type { Setting } from '../api/shapes.ts'
import { Card } from '../elements/card.tsx'
import { Loaded } from '../elements/loaded.tsx'
import { Pill } from '../elements/pill.tsx'
import { Screen } from '../elements/screen.tsx'
import { type Column, Table } from '../elements/table.tsx'

const COLUMNS: readonly Column<Setting>[] = [
  {
    head: 'Setting',
    cell: ({ name, says }) => (
      <>
        <code className="break-all font-mono text-[13px]">{name}</code>
        <p className="max-w-prose text-ink-soft text-xs">{says}</p>
      </>
    ),
  },
  { head: 'Value', cell: (setting) => <Value {...setting} /> },
  {
    head: 'Told',
    wide: true,
    end: true,
    cell: ({ isSet }) =>
      isSet ? <Pill tone="good">set</Pill> : <span className="text-ink-faint">default</span>,
  },
]

function Value({ value, isSet, isSecret }: Setting) {
  if (isSecret) return <span className="text-ink-faint">{isSet ? 'a secret' : 'not set'}</span>
  if (value === null) return <span className="text-ink-faint">not set</span>
  return <code className="break-all font-mono text-[13px]">{value}</code>
}

/** What the installation was told. */
export function ConfigurationScreen() {
  const settings = useQuery({
    queryKey: ['settings'],
    queryFn: ({ signal }) => ask<{ data: Setting[] }>('GET', pathOf(undefined, 'settings'), { signal }),
  })
  return (
    <Screen
      title="Configuration"
      lead="As the process runs with it that answered. It is changed in the environment, and holds from the next start."
    >
      <Card flush>
        <Loaded query={settings}>
          {({ data }) => (
            <Table label="Configuration" columns={COLUMNS} rows={data} keyOf={({ name }) => name} />
          )}
        </Loaded>
      </Card>
    </Screen>
  )
}
