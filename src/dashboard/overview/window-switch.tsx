import { Link } from '@tanstack/react-router'
import type { StatsWindow } from '../api/shapes.ts'
import { STATS_WINDOWS } from './use-stats.ts'

const WORDS: Record<StatsWindow, string> = {
  '1h': 'hour',
  '24h': '24 hours',
  '7d': '7 days',
  '30d': '30 days',
}

/** How far back the figures reach; kept in the address. */
export function WindowSwitch({ window }: { window: StatsWindow }) {
  return (
    <nav aria-label="Time window" className="flex rounded-md border border-line bg-surface p-0.5">
      {STATS_WINDOWS.map((one) => (
        <Link
          key={one}
          to="."
          search={(all: object) => ({ ...all, window: one })}
          replace
          aria-label={`The last ${WORDS[one]}`}
          aria-current={one === window ? 'true' : undefined}
          className={`rounded px-2.5 py-1 text-xs font-medium ${one === window ? 'bg-accent-soft text-accent-ink' : 'text-ink-soft hover:text-ink'}`}
        >
          {one}
        </Link>
      ))}
    </nav>
  )
}
