import { collapseAllNested, JsonView as Tree } from 'react-json-view-lite'
import { CopyButton } from './copy-button.tsx'

const STYLE = {
  container: 'font-mono text-xs break-all',
  basicChildStyle: 'pl-4',
  childFieldsContainer: 'm-0 list-none p-0',
  label: 'mr-1 text-ink',
  clickableLabel: 'mr-1 cursor-pointer text-ink',
  nullValue: 'text-ink-faint',
  undefinedValue: 'text-ink-faint',
  stringValue: 'text-good',
  booleanValue: 'text-wait',
  numberValue: 'text-warn',
  otherValue: 'text-ink',
  punctuation: 'mr-1 text-ink-faint',
  expandIcon: "mr-1 cursor-pointer text-ink-faint after:content-['▸']",
  collapseIcon: "mr-1 cursor-pointer text-ink-faint after:content-['▾']",
  collapsedContent: "mr-1 cursor-pointer text-ink-faint after:content-['…']",
  noQuotesForStringValues: false,
  quotesForFieldNames: true,
}

/** JSON that can be folded; what is small is shown whole. */
export function JsonView({ value, label }: { value: unknown; label: string }) {
  const text = JSON.stringify(value, null, 2) ?? 'null'
  const isSmall = text.length < 8_000
  return (
    <figure className="min-w-0 overflow-hidden rounded-md border border-line bg-sunken">
      <figcaption className="flex items-center justify-between border-b border-line py-0.5 pr-1 pl-3 text-xs text-ink-soft">
        {label}
        <CopyButton text={text} what={label.toLowerCase()} />
      </figcaption>
      <div className="max-h-[32rem] overflow-auto p-3">
        {typeof value === 'object' && value !== null ? (
          <Tree data={value} style={STYLE} shouldExpandNode={isSmall ? () => true : collapseAllNested} />
        ) : (
          <code className="font-mono text-xs">{text}</code>
        )}
      </div>
    </figure>
  )
}
