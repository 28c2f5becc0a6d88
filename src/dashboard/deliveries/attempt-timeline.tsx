import { CircleCheck, CircleX, Clock } from 'lucide-react'
import type { Attempt, Delivery } from '../api/shapes.ts'
import { Card } from '../elements/card.tsx'
import { Loaded } from '../elements/loaded.tsx'
import { Moment } from '../elements/moment.tsx'
import { Pill } from '../elements/pill.tsx'
import { duration } from '../elements/time-text.ts'
import { Answer } from './answer.tsx'
import { AttemptPanel } from './attempt-panel.tsx'
import { retryAfterOf } from './retry-after.ts'
import { useAttempts } from './use-deliveries.ts'

/** All attempts, the next one first, then from the newest to the oldest; the newest is unfolded. */
export function AttemptTimeline({ delivery }: { delivery: Delivery }) {
  const query = useAttempts(delivery.tenantId, delivery)
  const asked = retryAfterOf(delivery.lastAttempt)
  return (
    <Card title="Attempts">
      <Loaded query={query} rows={3}>
        {({ data }) => (
          <ol className="flex flex-col gap-2">
            {delivery.nextAttemptAt && (
              <li className="flex items-center gap-2 px-3 py-1.5 text-sm text-ink-soft">
                <Clock size={15} aria-hidden className="shrink-0" />
                <span>
                  Attempt {delivery.attemptCount + 1} <Moment at={delivery.nextAttemptAt} />
                  {asked && <>: the receiver asked to be left alone, Retry-After {asked}</>}
                </span>
              </li>
            )}
            {data.length === 0 && !delivery.nextAttemptAt && (
              <li className="text-sm text-ink-faint">
                No attempt is on record: none was made, or it is older than the log is kept.
              </li>
            )}
            {[...data].reverse().map((attempt, index) => (
              <li key={attempt.id}>
                <details open={index === 0} className="group rounded-md border border-line">
                  <summary className="flex list-none flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2 text-sm hover:bg-canvas">
                    <Summary attempt={attempt} />
                  </summary>
                  <div className="border-t border-line p-3">
                    <AttemptPanel delivery={delivery} attempt={attempt} />
                  </div>
                </details>
              </li>
            ))}
          </ol>
        )}
      </Loaded>
    </Card>
  )
}

function Summary({ attempt }: { attempt: Attempt }) {
  const Icon = attempt.succeeded ? CircleCheck : CircleX
  const asked = retryAfterOf(attempt)
  return (
    <>
      <Icon
        size={15}
        aria-label={attempt.succeeded ? 'succeeded' : 'failed'}
        className={attempt.succeeded ? 'text-good' : 'text-bad'}
      />
      <span className="font-medium">Attempt {attempt.number}</span>
      <Answer attempt={attempt} />
      {asked && <span className="text-xs text-ink-soft">Retry-After {asked}</span>}
      {attempt.trigger !== 'automatic' && <Pill tone="idle">{attempt.trigger}</Pill>}
      <span className="ml-auto flex gap-3 text-xs text-ink-faint">
        <span className="tabular-nums">{duration(attempt.durationMs)}</span>
        <Moment at={attempt.startedAt} />
      </span>
    </>
  )
}
