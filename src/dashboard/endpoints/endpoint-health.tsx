import { CircleX, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Endpoint } from '../api/shapes.ts'
import { Moment } from '../elements/moment.tsx'
import { troubleOf } from './trouble.ts'

/** What is wrong with an endpoint, and what to do. Nothing when all is well. */
export function EndpointHealth({ endpoint }: { endpoint: Endpoint }) {
  const { status, health } = endpoint
  const { why, since = null } = troubleOf(endpoint) ?? {}
  if (status === 'disabled')
    return (
      <Notice bad>
        Disabled <Moment at={since} />: {why}. What comes is held. When the receiver is well again, send a
        test, then enable the endpoint: what was held goes on.
      </Notice>
    )
  if (status === 'paused')
    return <Notice>Paused. What comes is held, and spends no attempt, until the endpoint is resumed.</Notice>
  if (status === 'failing')
    return (
      <Notice>
        Failing since <Moment at={since} />: {why}. What waits is tried with one delivery at a time until one
        is taken
        {health.circuit.nextProbeAt && (
          <>
            , the next one <Moment at={health.circuit.nextProbeAt} />
          </>
        )}
        . The deliveries tab shows what came back.
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
