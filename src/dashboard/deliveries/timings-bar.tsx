import type { Attempt } from '../api/shapes.ts'
import { Facts } from '../elements/facts.tsx'
import { duration } from '../elements/time-text.ts'
import { partsOf } from './timing-parts.ts'

/** How long each part of an attempt took, and where it went. */
export function TimingsBar({ attempt }: { attempt: Attempt }) {
  const { timings, remoteAddress } = attempt
  const parts = partsOf(timings)
  const whole = Math.max(1, timings.totalMs)
  let at = 0
  return (
    <>
      <svg
        viewBox="0 0 100 8"
        preserveAspectRatio="none"
        className="h-3 w-full rounded"
        role="img"
        aria-label={parts.map(({ name, ms }) => `${name} ${duration(ms)}`).join(', ')}
      >
        <rect width="100" height="8" fill="var(--sunken)" />
        {parts.map(({ name, ms, color }) => {
          const x = (at / whole) * 100
          at += ms
          return <rect key={name} x={x} width={(ms / whole) * 100} height="8" fill={color} />
        })}
      </svg>
      <Facts
        rows={[
          ...parts.map(
            ({ name, ms, color }) =>
              [
                name,
                <span key={name} className="inline-flex items-center gap-2 tabular-nums">
                  <svg width="8" height="8" aria-hidden>
                    <rect width="8" height="8" rx="2" fill={color} />
                  </svg>
                  {duration(ms)}
                </span>,
              ] as const,
          ),
          ['Together', duration(timings.totalMs)],
          [
            'Address',
            remoteAddress ? (
              <code key="address" className="font-mono text-xs">
                {remoteAddress}
              </code>
            ) : (
              'none reached'
            ),
          ],
        ]}
      />
      {timings.dnsMs === null && timings.connectMs === null && (
        <p className="text-xs text-ink-faint">
          No lookup and no connecting: an open connection was used again.
        </p>
      )}
    </>
  )
}
