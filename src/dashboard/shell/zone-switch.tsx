import { Clock, Globe } from 'lucide-react'
import { IconButton } from '../elements/icon-button.tsx'
import { chooseZone, useZone } from '../elements/zone.ts'

/** From the viewer's own zone to UTC and back. */
export function ZoneSwitch() {
  const isUtc = useZone() === 'UTC'
  return (
    <IconButton
      icon={isUtc ? Globe : Clock}
      label={isUtc ? 'Times: in UTC. Change to your zone' : 'Times: in your zone. Change to UTC'}
      onClick={() => chooseZone(isUtc ? 'own' : 'UTC')}
    />
  )
}
