import { notFound, tooLarge } from '../errors.ts'
import type { EmitRequest } from '../events/event.ts'
import { isTenantId, refuseReserved } from '../tenants/tenant.ts'
import { MOST_BYTES, parseJson } from './json-body.ts'
import { readEvent } from './read-event.ts'

/**
 * Reads an event that came another way than in a request, by the same rules.
 * @param text as it would be posted
 * @throws RingbackError as a request would be answered
 */
export function eventOfText(tenantId: string, text: string): EmitRequest {
  if (!isTenantId(tenantId)) throw notFound('tenant')
  refuseReserved(tenantId)
  const bytes = Buffer.from(text)
  if (bytes.length > MOST_BYTES) throw tooLarge(`The event is larger than ${MOST_BYTES / 1024} KiB.`)
  return { tenantId, ...readEvent(text, parseJson(bytes).value) }
}
