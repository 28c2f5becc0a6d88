import { Ban, CircleCheck, CirclePause, type LucideIcon, RotateCw } from 'lucide-react'
import type { Recovery, RecoveryStatus } from '../api/shapes.ts'
import { Button } from '../elements/button.tsx'
import { Confirm } from '../elements/confirm.tsx'
import { Id } from '../elements/id.tsx'
import { Moment } from '../elements/moment.tsx'
import { count, plural } from '../elements/number-text.ts'
import { Pill, type Tone } from '../elements/pill.tsx'
import { useMay } from '../session/session.ts'
import { describeRecovery } from './describe-recovery.ts'
import { useSteerRecovery } from './use-recoveries.ts'

const LOOKS: Record<RecoveryStatus, { tone: Tone; icon: LucideIcon }> = {
  running: { tone: 'wait', icon: RotateCw },
  paused: { tone: 'idle', icon: CirclePause },
  finished: { tone: 'good', icon: CircleCheck },
  canceled: { tone: 'idle', icon: Ban },
}

/** A recovery and its progress. */
export function RecoveryRow({ recovery }: { recovery: Recovery }) {
  const { tone, icon } = LOOKS[recovery.status]
  return (
    <li className="flex flex-col gap-2 px-4 py-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
        <Pill tone={tone} icon={icon}>
          {recovery.status}
        </Pill>
        <span>{describeRecovery(recovery.filter)}</span>
        <span className="ml-auto text-xs text-ink-faint">
          <Moment at={recovery.createdAt} />
        </span>
      </div>
      <Progress recovery={recovery} />
      <div className="flex flex-wrap items-center justify-between gap-2">
        <Id value={recovery.id} />
        <Steering recovery={recovery} />
      </div>
    </li>
  )
}

function Progress({ recovery }: { recovery: Recovery }) {
  const { matched, started, done, failed, held, perSecond } = recovery
  const whole = Math.max(1, matched)
  const words = `${count(started)} of ${count(matched)} set going, ${count(done)} delivered, ${count(failed)} not`
  return (
    <div>
      <svg
        viewBox="0 0 100 6"
        preserveAspectRatio="none"
        className="h-1.5 w-full rounded"
        role="img"
        aria-label={words}
      >
        <rect width="100" height="6" fill="var(--sunken)" />
        <rect width={(Math.min(started, whole) / whole) * 100} height="6" fill="var(--line-strong)" />
        <rect width={(done / whole) * 100} height="6" fill="var(--chart-good)" />
        <rect x={(done / whole) * 100} width={(failed / whole) * 100} height="6" fill="var(--chart-bad)" />
      </svg>
      <p className="mt-1 text-xs text-ink-soft tabular-nums">
        {words}; {plural(perSecond, 'delivery', 'deliveries')} a second
      </p>
      {held > 0 && (
        <p className="mt-1 text-xs text-warn">
          {count(held)} held: their endpoint is paused, disabled or failing. They go on once it takes them
          again.
        </p>
      )}
    </div>
  )
}

function Steering({ recovery: { tenantId, id, status } }: { recovery: Recovery }) {
  const steer = useSteerRecovery(tenantId, id)
  const mayManage = useMay('manage')
  if (!mayManage || (status !== 'running' && status !== 'paused')) return null
  return (
    <div className="flex gap-2">
      <Button
        size="small"
        busy={steer.isPending}
        onClick={() => steer.mutate(status === 'running' ? 'pause' : 'resume')}
      >
        {status === 'running' ? 'Pause' : 'Resume'}
      </Button>
      <Confirm
        trigger={<Button size="small">Cancel</Button>}
        title="Cancel this recovery?"
        verb="Cancel it"
        onConfirm={() => steer.mutateAsync('cancel')}
      >
        What it has set going goes on; nothing more is.
      </Confirm>
    </div>
  )
}
