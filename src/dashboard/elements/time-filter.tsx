import { useState } from 'react'
import { SelectField, TextField } from './field.tsx'
import { useZone, type Zone } from './zone.ts'

const HOUR_MS = 3_600_000

const PRESETS = [
  { value: '1', label: 'Last hour' },
  { value: '24', label: 'Last 24 hours' },
  { value: '168', label: 'Last 7 days' },
  { value: '720', label: 'Last 30 days' },
] as const

/**
 * A window of time. A preset is turned into the moment that it means now: a link then shows to everybody the same, and
 * pages of a list fit together.
 */
export function TimeFilter({
  after,
  before,
  onChange,
}: {
  after: string | undefined
  before: string | undefined
  onChange: (window: { after: string | undefined; before: string | undefined }) => void
}) {
  const [isOwn, setOwn] = useState(Boolean(after || before))
  return (
    <>
      <SelectField
        label="Time"
        className="sm:w-36"
        value={isOwn || after || before ? 'own' : ''}
        options={[{ value: '', label: 'Any' }, ...PRESETS, { value: 'own', label: 'From, to' }]}
        onChange={({ target: { value } }) => {
          if (value === 'own') return setOwn(true)
          setOwn(value !== '')
          const hours = Number(value)
          const since = value === '' ? undefined : new Date(Date.now() - hours * HOUR_MS).toISOString()
          onChange({ after: since, before: undefined })
        }}
      />
      {(isOwn || after || before) && (
        <>
          <MomentField
            label="From"
            value={after}
            onChange={(moment) => onChange({ after: moment, before })}
          />
          <MomentField label="To" value={before} onChange={(moment) => onChange({ after, before: moment })} />
        </>
      )}
    </>
  )
}

/** A moment in the zone that the viewer chose. */
export function MomentField({
  label,
  value,
  onChange,
}: {
  label: string
  value: string | undefined
  onChange: (moment: string | undefined) => void
}) {
  const zone = useZone()
  return (
    <TextField
      label={zone === 'UTC' ? `${label}, UTC` : label}
      type="datetime-local"
      className="sm:w-48"
      key={`${value ?? ''} ${zone}`}
      defaultValue={value ? fieldText(value, zone) : ''}
      onBlur={({ target: { value: text } }) => {
        const next = text === '' ? undefined : new Date(zone === 'UTC' ? `${text}Z` : text).toISOString()
        // What is shown is to the minute; left alone, the seconds stay.
        if (text !== (value ? fieldText(value, zone) : '')) onChange(next)
      }}
    />
  )
}

/** As the field wants it: `2026-11-24T18:05`, without a zone. */
function fieldText(moment: string, zone: Zone): string {
  const date = new Date(moment)
  const awayMs = zone === 'UTC' ? 0 : date.getTimezoneOffset() * 60_000
  return new Date(date.getTime() - awayMs).toISOString().slice(0, 16)
}
