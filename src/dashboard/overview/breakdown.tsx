import { Card } from '../elements/card.tsx'
import { count } from '../elements/number-text.ts'

const MOST_SHOWN = 8

/** How often each of a kind came, the most frequent first. */
export function Breakdown({ title, counts }: { title: string; counts: Record<string, number> }) {
  const rows = Object.entries(counts).sort(([, one], [, other]) => other - one)
  const most = rows[0]?.[1] ?? 1
  return (
    <Card title={title}>
      {rows.length === 0 ? (
        <p className="text-sm text-ink-faint">None in this window.</p>
      ) : (
        <ul className="grid grid-cols-[fit-content(12rem)_1fr_auto] gap-x-3 gap-y-2 text-sm">
          {rows.slice(0, MOST_SHOWN).map(([name, times]) => (
            <li key={name} className="col-span-full grid grid-cols-subgrid items-center">
              <code className="font-mono text-xs wrap-anywhere">{name}</code>
              <meter className="sr-only" min={0} max={most} value={times} aria-label={`${name}: ${times}`} />
              <svg viewBox="0 0 100 6" preserveAspectRatio="none" className="h-1.5 w-full" aria-hidden>
                <rect width="100" height="6" rx="1" fill="var(--sunken)" />
                <rect width={(times / most) * 100} height="6" rx="1" fill="var(--accent)" />
              </svg>
              <span className="text-right tabular-nums">{count(times)}</span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
