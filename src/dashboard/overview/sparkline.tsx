import { useEffect, useRef, useState } from 'react'
import { percent } from '../elements/number-text.ts'
import { useStats } from './use-stats.ts'

const WIDTH = 96
const HEIGHT = 22

/** The attempts of an endpoint over a day; asked for once it is in sight. */
export function Sparkline({ tenant, endpoint }: { tenant: string; endpoint: string }) {
  const place = useRef<HTMLSpanElement>(null)
  const isSeen = useSeen(place)
  const { data: stats } = useStats({ tenant, endpoint }, '24h', { enabled: isSeen, live: false })
  const most = Math.max(1, ...(stats?.buckets.map(({ attempts }) => attempts) ?? []))
  const step = WIDTH / Math.max(1, stats?.buckets.length ?? 1)
  const words = !stats
    ? 'Loading'
    : stats.totals.attempts === 0
      ? 'No attempts in 24 hours'
      : `${stats.totals.attempts} attempts in 24 hours, ${percent(stats.totals.successRate)} succeeded`
  return (
    <span ref={place} className="inline-flex items-center gap-2" title={words}>
      <svg width={WIDTH} height={HEIGHT} role="img" aria-label={words}>
        <line x1="0" x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} stroke="var(--line)" />
        {stats?.buckets.map(({ at, succeeded, failed }, index) => {
          const good = (succeeded / most) * HEIGHT
          const bad = (failed / most) * HEIGHT
          const bar = { x: index * step, width: Math.max(1, step - 1) }
          return (
            <g key={at}>
              <rect {...bar} y={HEIGHT - good} height={good} fill="var(--chart-good)" />
              <rect {...bar} y={HEIGHT - good - bad} height={bad} fill="var(--chart-bad)" />
            </g>
          )
        })}
      </svg>
      {stats && stats.totals.attempts > 0 && (
        <span className="w-12 text-right text-xs text-ink-soft tabular-nums">
          {percent(stats.totals.successRate)}
        </span>
      )}
    </span>
  )
}

/** Whether an element has been in sight. */
function useSeen(ref: React.RefObject<HTMLElement | null>): boolean {
  const [isSeen, setSeen] = useState(false)
  useEffect(() => {
    if (!ref.current || isSeen) return
    const observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) setSeen(true)
    })
    observer.observe(ref.current)
    return () => observer.disconnect()
  }, [ref, isSeen])
  return isSeen
}
