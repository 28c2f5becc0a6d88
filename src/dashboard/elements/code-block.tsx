import { CopyButton } from './copy-button.tsx'

/** Text as it is, to be read and copied. */
export function CodeBlock({
  text,
  label,
  note,
  wrap = false,
}: {
  text: string
  label: string
  /** Said beside the label: "the first 16 KiB". */
  note?: string
  wrap?: boolean
}) {
  return (
    <figure className="min-w-0 overflow-hidden rounded-md border border-line bg-sunken text-left">
      <figcaption className="flex items-center justify-between border-b border-line py-0.5 pr-1 pl-3 text-xs text-ink-soft">
        <span>
          {label}
          {note && <span className="ml-2 text-warn">{note}</span>}
        </span>
        <CopyButton text={text} what={label.toLowerCase()} />
      </figcaption>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        className={`max-h-96 overflow-auto p-3 font-mono text-xs ${wrap ? 'break-all whitespace-pre-wrap' : ''}`}
      >
        {text}
      </pre>
    </figure>
  )
}
