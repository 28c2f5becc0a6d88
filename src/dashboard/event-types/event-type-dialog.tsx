import { useState } from 'react'
import type { EventType } from '../api/shapes.ts'
import { Button } from '../elements/button.tsx'
import { Dialog } from '../elements/dialog.tsx'
import { ErrorState } from '../elements/error-state.tsx'
import { CheckField, SelectField, TextField } from '../elements/field.tsx'
import { LazyJsonEditor } from '../elements/lazy-json-editor.tsx'
import { readJson } from '../elements/read-json.ts'
import { usePutEventType } from './use-event-types.ts'

const textOf = (value: unknown) =>
  value === undefined || value === null ? '' : JSON.stringify(value, null, 2)
const readOptional = (text: string) => (text.trim() === '' ? { value: null } : readJson(text))

const MODES = [
  { value: 'off', label: 'Do not look at it' },
  { value: 'warn', label: 'Warn of events that break it' },
  { value: 'enforce', label: 'Refuse events that break it' },
]

/** Makes an event type, or changes one. */
export function EventTypeDialog({ eventType, onClose }: { eventType?: EventType; onClose: () => void }) {
  const [name, setName] = useState(eventType?.name ?? '')
  const [description, setDescription] = useState(eventType?.description ?? '')
  const [schema, setSchema] = useState(textOf(eventType?.schema))
  const [mode, setMode] = useState(eventType?.schemaMode ?? 'off')
  const [example, setExample] = useState(textOf(eventType?.example))
  const [deprecated, setDeprecated] = useState(eventType?.deprecated ?? false)
  const put = usePutEventType()
  const [readSchema, readExample] = [readOptional(schema), readOptional(example)]
  const fault = readSchema.fault ?? readExample.fault

  function save() {
    if (readSchema.fault !== undefined || readExample.fault !== undefined) return
    put.mutate(
      {
        name,
        description: description || null,
        schema: readSchema.value as EventType['schema'],
        schemaMode: mode,
        example: readExample.value,
        deprecated,
      },
      { onSuccess: onClose },
    )
  }

  return (
    <Dialog open wide onClose={onClose} title={eventType ? `Change ${eventType.name}` : 'New event type'}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          save()
        }}
      >
        <TextField
          label="Name"
          required
          disabled={eventType !== undefined}
          placeholder="invoice.paid"
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <TextField
          label="Description"
          value={description}
          onChange={(event) => setDescription(event.target.value)}
        />
        <div>
          <h3 className="mb-1 text-xs font-medium text-ink-soft">Example of data</h3>
          <LazyJsonEditor label="Example" value={example} onChange={setExample} minHeight="5rem" />
        </div>
        <div>
          <h3 className="mb-1 text-xs font-medium text-ink-soft">JSON Schema of data</h3>
          <LazyJsonEditor label="Schema" value={schema} onChange={setSchema} minHeight="5rem" />
        </div>
        <SelectField
          label="What the schema does"
          options={MODES}
          value={mode}
          onChange={(event) => setMode(event.target.value as EventType['schemaMode'])}
        />
        <CheckField label="Deprecated" checked={deprecated} onChange={setDeprecated} />
        {fault && <p className="text-xs text-bad">{fault}</p>}
        {put.error && <ErrorState error={put.error} />}
        <Button
          kind="primary"
          type="submit"
          busy={put.isPending}
          disabled={fault !== undefined}
          className="self-end"
        >
          Save
        </Button>
      </form>
    </Dialog>
  )
}
