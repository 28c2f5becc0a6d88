import { CircleCheck, CirclePause, CircleX, type LucideIcon, TriangleAlert } from 'lucide-react'
import type { Endpoint, EndpointStatus } from '../api/shapes.ts'
import { Pill, type Tone } from '../elements/pill.tsx'

const LOOKS: Record<EndpointStatus, { tone: Tone; icon: LucideIcon }> = {
  active: { tone: 'good', icon: CircleCheck },
  paused: { tone: 'idle', icon: CirclePause },
  failing: { tone: 'warn', icon: TriangleAlert },
  disabled: { tone: 'bad', icon: CircleX },
}

/** How an endpoint does. */
export function EndpointPill({ endpoint }: { endpoint: Pick<Endpoint, 'status'> }) {
  const { tone, icon } = LOOKS[endpoint.status]
  return (
    <Pill tone={tone} icon={icon}>
      {endpoint.status}
    </Pill>
  )
}
