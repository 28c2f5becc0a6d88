import { Ban, CircleCheck, CircleX, Clock, Hand, type LucideIcon, RotateCw } from 'lucide-react'
import type { Delivery, DeliveryStatus } from '../api/shapes.ts'
import { Pill, type Tone } from '../elements/pill.tsx'

const LOOKS: Record<DeliveryStatus, { tone: Tone; icon: LucideIcon }> = {
  pending: { tone: 'wait', icon: Clock },
  retrying: { tone: 'warn', icon: RotateCw },
  held: { tone: 'idle', icon: Hand },
  delivered: { tone: 'good', icon: CircleCheck },
  failed: { tone: 'bad', icon: CircleX },
  canceled: { tone: 'idle', icon: Ban },
}

/** What a held delivery waits for. */
export const WAITING_FOR = {
  paused: 'its endpoint to be resumed',
  disabled: 'its endpoint to be enabled',
  circuit: 'its failing endpoint to take one again',
}

/** Where a delivery stands. */
export function DeliveryPill({ delivery }: { delivery: Pick<Delivery, 'status' | 'waitingFor' | 'reason'> }) {
  const { status, waitingFor, reason } = delivery
  const { tone, icon } = LOOKS[status]
  const title = waitingFor ? `Waits for ${WAITING_FOR[waitingFor]}` : (reason ?? '')
  return (
    <Pill tone={tone} icon={icon} title={title}>
      {status}
    </Pill>
  )
}
