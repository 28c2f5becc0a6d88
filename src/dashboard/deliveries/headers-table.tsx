import { CopyButton } from '../elements/copy-button.tsx'

/** Headers as they were sent. @param lead the line before them */
export function HeadersTable({
  label,
  headers,
  lead,
}: {
  label: string
  headers: Record<string, string | string[]>
  lead: string
}) {
  const rows = Object.entries(headers).flatMap(([name, value]) =>
    [value].flat().map((one) => [name, one] as const),
  )
  const text = [lead, ...rows.map(([name, value]) => `${name}: ${value}`)].join('\n')
  return (
    <figure className="overflow-hidden rounded-md border border-line bg-sunken">
      <figcaption className="flex items-center justify-between gap-2 border-b border-line py-0.5 pr-1 pl-3 text-xs text-ink-soft">
        <span>
          {label} · <code className="font-mono break-all">{lead}</code>
        </span>
        <CopyButton text={text} what={label.toLowerCase()} />
      </figcaption>
      <dl className="grid grid-cols-[minmax(8rem,max-content)_1fr] gap-x-4 gap-y-1 p-3 font-mono text-xs">
        {rows.map(([name, value]) => (
          <div key={`${name} ${value}`} className="contents">
            <dt className="text-ink-soft">{name}</dt>
            <dd className="break-all">{value}</dd>
          </div>
        ))}
      </dl>
    </figure>
  )
}
