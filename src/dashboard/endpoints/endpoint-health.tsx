import { CircleX, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Endpoint } from '../api/shapes.ts'
import { Moment } from '../elements/moment.tsx'
import { plural } from '../elements/number-text.ts'

const WHY_DISABLED = {
  gone: 'it answered 410 Gone, by which a receiver says that it wants no more',
  failing: 'it failed for days on end',
  manual: 'somebody switched it off',
}

/** What is wrong with an endpoint, and what to do. Nothing when all is well. */
export function EndpointHealth({ endpoint }: { endpoint: Endpoint }) {
  const { status, disabledAt, disabledReason, health } = endpoint
  if (status === 'disabled')
    return (
      <Notice bad>
        Disabled <Moment at={disabledAt} />: {WHY_DISABLED[disabledReason ?? 'manual']}. What comes is held.
        When the receiver is well again, send a test, then enable the endpoint: what was held goes on.
      </Notice>
    )
  if (status === 'paused')
    return <Notice>Paused. What comes is held, and spends no attempt, until the endpoint is resumed.</Notice>
  if (status === 'failing')
    return (
      <Notice>
        Failing since <Moment at={health.failingSince} />: {plural(health.failedAttempts, 'attempt')} in a row
        went wrong. What waits is tried with one delivery at a time until one is taken. The deliveries tab
        shows what came back.
      </Notice>
    )
  return null
}

function Notice({ bad = false, children }: { bad?: boolean; children: ReactNode }) {
  const Icon = bad ? CircleX : TriangleAlert
  return (
    <p
      className={`flex items-start gap-3 rounded-lg p-4 text-sm ${bad ? 'bg-bad-soft text-bad' : 'bg-warn-soft text-warn'}`}
    >
      <Icon size={18} aria-hidden className="shrink-0" />
      <span>{children}</span>
    </p>
  )
}
