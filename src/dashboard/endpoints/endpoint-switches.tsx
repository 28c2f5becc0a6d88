import { Pause, Play, Power } from 'lucide-react'
import type { Endpoint } from '../api/shapes.ts'
import { Button } from '../elements/button.tsx'
import { Confirm } from '../elements/confirm.tsx'
import { useSwitch } from './use-endpoint-changes.ts'

/** Pause and resume, disable and enable: whichever the endpoint's state allows. */
export function EndpointSwitches({ endpoint }: { endpoint: Endpoint }) {
  const { tenantId, id, status } = endpoint
  const pause = useSwitch(tenantId, id, 'pause')
  const resume = useSwitch(tenantId, id, 'resume')
  const enable = useSwitch(tenantId, id, 'enable')
  const disable = useSwitch(tenantId, id, 'disable')
  if (status === 'disabled')
    return (
      <Button kind="primary" busy={enable.isPending} onClick={() => enable.mutate(undefined)}>
        <Power size={14} aria-hidden />
        Enable
      </Button>
    )
  return (
    <>
      {status === 'paused' ? (
        <Button kind="primary" busy={resume.isPending} onClick={() => resume.mutate(undefined)}>
          <Play size={14} aria-hidden />
          Resume
        </Button>
      ) : (
        <Button busy={pause.isPending} onClick={() => pause.mutate(undefined)}>
          <Pause size={14} aria-hidden />
          Pause
        </Button>
      )}
      <Confirm
        trigger={
          <Button>
            <Power size={14} aria-hidden />
            Disable
          </Button>
        }
        title="Disable this endpoint?"
        verb="Disable it"
        onConfirm={() => disable.mutateAsync(undefined)}
      >
        What waits for it and what comes is held, and ends as failed if the endpoint is not enabled in time.
        For a short break, pause it instead.
      </Confirm>
    </>
  )
}
