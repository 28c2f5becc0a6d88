import type { Stats } from '../api/shapes.ts'
import { Figure } from '../elements/figure.tsx'
import { count, percent, plural } from '../elements/number-text.ts'
import { duration } from '../elements/time-text.ts'

/** The figures that matter most. */
export function StatsFigures({ stats }: { stats: Stats }) {
  const { totals } = stats
  const { pending, retrying, held } = totals.waiting
  return (
    <dl className="grid grid-cols-2 gap-3 lg:grid-cols-4">
      <Figure label="Events" value={count(totals.events)} hint={plural(totals.attempts, 'attempt')} />
      <Figure
        label="Attempts that succeeded"
        value={percent(totals.attempts === 0 ? null : totals.successRate)}
        hint={`${count(totals.failed)} failed`}
      />
      <Figure
        label="Latency, p95"
        value={duration(totals.latencyMs.p95)}
        hint={`p50 ${duration(totals.latencyMs.p50)}, p99 ${duration(totals.latencyMs.p99)}`}
      />
      <Figure
        label="Waiting now"
        value={count(pending + retrying + held)}
        hint={`${count(retrying)} to be retried, ${count(held)} held`}
      />
    </dl>
  )
}
