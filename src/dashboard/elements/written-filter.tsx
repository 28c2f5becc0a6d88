import { TextField } from './field.tsx'

/** A filter that is typed: it holds from Enter on, or when the field is left. */
export function WrittenFilter({
  label,
  placeholder,
  value,
  onChange,
}: {
  label: string
  placeholder: string
  value: string | undefined
  onChange: (value: string | undefined) => void
}) {
  const commit = (text: string) => {
    const next = text.trim() || undefined
    if (next !== value) onChange(next)
  }
  return (
    <TextField
      // A value that changed elsewhere is shown.
      key={value ?? ''}
      label={label}
      placeholder={placeholder}
      className="sm:w-40"
      defaultValue={value ?? ''}
      onBlur={(event) => commit(event.target.value)}
      onKeyDown={(event) => event.key === 'Enter' && commit(event.currentTarget.value)}
    />
  )
}
