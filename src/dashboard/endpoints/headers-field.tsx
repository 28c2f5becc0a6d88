import { Plus, X } from 'lucide-react'
import { Button } from '../elements/button.tsx'
import { TextField } from '../elements/field.tsx'
import { IconButton } from '../elements/icon-button.tsx'

interface Header {
  name: string
  value: string
}

/** What the API shows for a value that it keeps; sent back, the value stays. */
const HIDDEN = '[redacted]'

/** Headers that are sent with each callback. */
export function HeadersField({
  value: headers,
  onChange,
}: {
  value: readonly Header[]
  onChange: (headers: Header[]) => void
}) {
  const set = (at: number, change: Partial<Header>) =>
    onChange(headers.map((header, index) => (index === at ? { ...header, ...change } : header)))
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 text-xs font-medium text-ink-soft">Headers of your own</legend>
      {headers.map((header, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a header has nothing else to be known by while it is typed
        <div key={index} className="flex items-center gap-2">
          <TextField
            label={`Name of header ${index + 1}`}
            hideLabel
            placeholder="x-source"
            className="flex-1"
            value={header.name}
            onChange={(event) => set(index, { name: event.target.value })}
          />
          <TextField
            label={`Value of header ${index + 1}`}
            hideLabel
            placeholder="value"
            className="flex-[2]"
            value={header.value}
            onChange={(event) => set(index, { value: event.target.value })}
          />
          <IconButton
            icon={X}
            label={`Remove header ${index + 1}`}
            onClick={() => onChange(headers.filter((_, at) => at !== index))}
          />
        </div>
      ))}
      {headers.some(({ value }) => value === HIDDEN) && (
        <p className="text-xs text-ink-faint">
          A value that is kept is not shown again. Leave {HIDDEN} to keep it, or write another.
        </p>
      )}
      <Button
        size="small"
        className="self-start"
        onClick={() => onChange([...headers, { name: '', value: '' }])}
      >
        <Plus size={13} aria-hidden />
        Add a header
      </Button>
    </fieldset>
  )
}
