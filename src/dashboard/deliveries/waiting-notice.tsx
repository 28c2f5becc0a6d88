import { Link } from '@tanstack/react-router'
import { Hand } from 'lucide-react'
import type { Delivery, Endpoint } from '../api/shapes.ts'
import { Moment } from '../elements/moment.tsx'
import { useMay } from '../session/session.ts'

const HOLDS = {
  paused: { why: 'Its endpoint is paused.', what: 'Resume the endpoint, and this goes on by itself.' },
  disabled: {
    why: 'Its endpoint is disabled.',
    what: 'When the receiver is well again, enable the endpoint, and this goes on by itself.',
  },
  circuit: {
    why: 'Its endpoint fails, and is tried with one delivery at a time.',
    what: 'This goes on by itself as soon as one is taken. Mend the receiver; nothing is to be done here.',
  },
} as const

/** Why a delivery is held, and what somebody can do about it; nothing when it is not. */
export function WaitingNotice({
  delivery,
  endpoint,
}: {
  delivery: Delivery
  endpoint: Endpoint | undefined
}) {
  const { waitingFor, tenantId: tenant, endpointId } = delivery
  const mayManage = useMay('manage')
  if (!waitingFor) return null
  const { why, what } = HOLDS[waitingFor]
  const probe = waitingFor === 'circuit' ? endpoint?.health.circuit.nextProbeAt : undefined
  return (
    <p className="flex items-start gap-3 rounded-lg bg-wait-soft p-4 text-sm text-wait">
      <Hand size={18} aria-hidden className="shrink-0" />
      <span>
        Held, which spends no attempt. {why} {what}
        {probe && (
          <>
            {' '}
            The next probe is let through <Moment at={probe} />.
          </>
        )}{' '}
        {mayManage && 'Retry now sends it at once all the same. '}
        <Link
          to="/tenants/$tenant/endpoints/$endpoint"
          params={{ tenant, endpoint: endpointId }}
          className="font-medium underline"
        >
          To the endpoint
        </Link>
      </span>
    </p>
  )
}
