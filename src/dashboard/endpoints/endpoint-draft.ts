/** An endpoint's settings as a form holds them: numbers are text until they are sent. */
import type { Endpoint, EndpointChange, RetryPolicy } from '../api/shapes.ts'

export interface EndpointDraft {
  url: string
  description: string
  headers: { name: string; value: string }[]
  retry: RetryPolicy | null
  timeoutMs: string
  maxInFlight: string
  ratePerSecond: string
}

export const EMPTY_DRAFT: EndpointDraft = {
  url: '',
  description: '',
  headers: [],
  retry: null,
  timeoutMs: '',
  maxInFlight: '',
  ratePerSecond: '',
}

const textOf = (value: number | null | undefined) => (value === null || value === undefined ? '' : `${value}`)
const numberOf = (text: string) => (text.trim() === '' ? null : Number(text))

/** From an endpoint to what the form shows. */
export const draftOf = (endpoint: Endpoint): EndpointDraft => ({
  url: endpoint.url,
  description: endpoint.description ?? '',
  headers: Object.entries(endpoint.headers).map(([name, value]) => ({ name, value })),
  retry: endpoint.retry,
  timeoutMs: textOf(endpoint.timeoutMs),
  maxInFlight: textOf(endpoint.maxInFlight),
  ratePerSecond: textOf(endpoint.rateLimit?.perSecond),
})

/** From the form to what the API is told. */
export function changeOf(draft: EndpointDraft): EndpointChange & { url: string } {
  const perSecond = numberOf(draft.ratePerSecond)
  const headers = draft.headers.filter(({ name }) => name.trim() !== '')
  return {
    url: draft.url.trim(),
    description: draft.description || null,
    headers: Object.fromEntries(headers.map(({ name, value }) => [name.trim(), value])),
    retry: draft.retry,
    timeoutMs: numberOf(draft.timeoutMs),
    maxInFlight: numberOf(draft.maxInFlight),
    rateLimit: perSecond === null ? null : { perSecond },
  }
}
