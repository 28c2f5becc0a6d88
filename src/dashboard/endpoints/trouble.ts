import type { Endpoint } from '../api/shapes.ts'
import { plural } from '../elements/number-text.ts'

const WHY_DISABLED = {
  gone: 'it answered 410 Gone, by which a receiver says that it wants no more',
  failing: 'it failed for days on end',
  manual: 'somebody switched it off',
}

/** Why an endpoint is not well, and since when; undefined when it is. */
export function troubleOf(endpoint: Endpoint): { why: string; since: string | null } | undefined {
  const { status, disabledReason, disabledAt, health } = endpoint
  if (status === 'disabled') return { why: WHY_DISABLED[disabledReason ?? 'manual'], since: disabledAt }
  if (status === 'failing')
    return {
      why: `${plural(health.failedAttempts, 'attempt')} in a row went wrong`,
      since: health.failingSince,
    }
  return undefined
}
