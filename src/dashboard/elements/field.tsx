import { type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, useId } from 'react'

const CONTROL =
  'w-full rounded-md border border-line-strong bg-surface px-2.5 text-sm text-ink placeholder:text-ink-faint disabled:opacity-60'

interface Labelled {
  label: string
  hint?: ReactNode
  /** Label for the ear alone: where the place says what it is. */
  hideLabel?: boolean
}

/** A line of text with its label. */
export function TextField({
  label,
  hint,
  hideLabel,
  className = '',
  ...rest
}: Labelled & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId()
  return (
    <Frame {...{ id, label, hint, hideLabel, className }}>
      <input
        id={id}
        aria-describedby={hint ? `${id}-hint` : undefined}
        className={`${CONTROL} h-8`}
        {...rest}
      />
    </Frame>
  )
}

/** One of several, with its label. */
export function SelectField({
  label,
  hint,
  hideLabel,
  className = '',
  options,
  ...rest
}: Labelled &
  SelectHTMLAttributes<HTMLSelectElement> & { options: readonly { value: string; label: string }[] }) {
  const id = useId()
  return (
    <Frame {...{ id, label, hint, hideLabel, className }}>
      <select
        id={id}
        aria-describedby={hint ? `${id}-hint` : undefined}
        className={`${CONTROL} h-8`}
        {...rest}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </Frame>
  )
}

/** Several lines of text with their label. */
export function TextArea({
  label,
  hint,
  hideLabel,
  className = '',
  rows = 4,
  value,
  onChange,
  placeholder,
  mono = false,
}: Labelled & {
  className?: string
  rows?: number
  value: string
  onChange: (value: string) => void
  placeholder?: string
  mono?: boolean
}) {
  const id = useId()
  return (
    <Frame {...{ id, label, hint, hideLabel, className }}>
      <textarea
        id={id}
        rows={rows}
        value={value}
        placeholder={placeholder}
        spellCheck={!mono}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={(event) => onChange(event.target.value)}
        className={`${CONTROL} py-1.5 ${mono ? 'font-mono text-xs' : ''}`}
      />
    </Frame>
  )
}

/** Yes or no. */
export function CheckField({
  label,
  hint,
  checked,
  onChange,
}: {
  label: ReactNode
  hint?: ReactNode
  checked: boolean
  onChange: (checked: boolean) => void
}) {
  return (
    <label className="flex items-start gap-2 text-sm">
      <input
        type="checkbox"
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
        className="mt-0.5 size-4 accent-accent"
      />
      <span>
        {label}
        {hint && <span className="block text-xs text-ink-faint">{hint}</span>}
      </span>
    </label>
  )
}

function Frame({
  id,
  label,
  hint,
  hideLabel,
  className,
  children,
}: {
  id: string
  label: string
  hint: ReactNode
  hideLabel: boolean | undefined
  className: string
  children: ReactNode
}) {
  return (
    <div className={`flex flex-col gap-1 ${className}`}>
      <label htmlFor={id} className={hideLabel ? 'sr-only' : 'text-xs font-medium text-ink-soft'}>
        {label}
      </label>
      {children}
      {hint && (
        <p id={`${id}-hint`} className="text-xs text-ink-faint">
          {hint}
        </p>
      )}
    </div>
  )
}
