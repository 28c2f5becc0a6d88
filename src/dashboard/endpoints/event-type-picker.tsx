import { useState } from 'react'
import { Button } from '../elements/button.tsx'
import { CheckField, TextField } from '../elements/field.tsx'
import { Loaded } from '../elements/loaded.tsx'
import { Pill } from '../elements/pill.tsx'
import { useEventTypes } from '../event-types/use-event-types.ts'
import { toggle, treeOf } from './event-type-nodes.ts'
import { EventTypeTree } from './event-type-tree.tsx'

/** Chooses event types: all, by the tree of the catalogue, or by a pattern typed in. */
export function EventTypePicker({
  tenant,
  value: patterns,
  onChange,
}: {
  tenant: string
  value: readonly string[]
  onChange: (patterns: string[]) => void
}) {
  const eventTypes = useEventTypes(tenant)
  const [search, setSearch] = useState('')
  const isAll = patterns.includes('*')
  return (
    <div className="flex flex-col gap-3">
      <CheckField
        label="Everything"
        hint="Also types that are added later."
        checked={isAll}
        onChange={(all) => onChange(all ? ['*'] : [])}
      />
      {!isAll && (
        <>
          <Chosen patterns={patterns} onChange={onChange} />
          <Loaded query={eventTypes} rows={3}>
            {(all) => {
              const names = all.map(({ name }) => name).filter((name) => name.includes(search))
              return (
                <>
                  {all.length > 8 && (
                    <TextField
                      label="Search event types"
                      hideLabel
                      placeholder="Search event types"
                      value={search}
                      onChange={(event) => setSearch(event.target.value)}
                    />
                  )}
                  <EventTypeTree
                    nodes={treeOf(names)}
                    patterns={patterns}
                    isOpen={search !== '' || names.length < 20}
                    onToggle={(pattern) => onChange(toggle(patterns, pattern))}
                  />
                </>
              )
            }}
          </Loaded>
          <OtherPattern onAdd={(pattern) => onChange(toggle(patterns, pattern))} />
        </>
      )}
    </div>
  )
}

function Chosen({
  patterns,
  onChange,
}: {
  patterns: readonly string[]
  onChange: (patterns: string[]) => void
}) {
  if (patterns.length === 0)
    return <p className="text-sm text-warn">Nothing is chosen: no event will be sent.</p>
  return (
    <ul aria-label="Chosen" className="flex flex-wrap gap-1">
      {patterns.map((pattern) => (
        <li key={pattern}>
          <button
            type="button"
            aria-label={`Take ${pattern} away`}
            onClick={() => onChange(toggle(patterns, pattern))}
          >
            <Pill tone="wait">{pattern} ×</Pill>
          </button>
        </li>
      ))}
    </ul>
  )
}

/** For types that are not in the catalogue. */
function OtherPattern({ onAdd }: { onAdd: (pattern: string) => void }) {
  const [pattern, setPattern] = useState('')
  return (
    <div className="flex items-end gap-2">
      <TextField
        label="Another type or pattern"
        placeholder="invoice.*"
        className="flex-1"
        value={pattern}
        onChange={(event) => setPattern(event.target.value)}
      />
      <Button
        disabled={pattern.trim() === ''}
        onClick={() => {
          onAdd(pattern.trim())
          setPattern('')
        }}
      >
        Add
      </Button>
    </div>
  )
}
