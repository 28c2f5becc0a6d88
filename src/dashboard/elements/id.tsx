import { CopyButton } from './copy-button.tsx'

/** An id, to be read and copied. */
export function Id({ value, what = 'the id' }: { value: string; what?: string }) {
  return (
    <span className="inline-flex min-w-0 items-center gap-0.5">
      <code className="truncate font-mono text-xs text-ink-soft">{value}</code>
      <CopyButton text={value} what={what} />
    </span>
  )
}
