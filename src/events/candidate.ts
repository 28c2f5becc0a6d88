import type { EndpointStatus } from '../endpoints/endpoint.ts'
import type { Id } from '../ids.ts'
import type { Traceparent } from '../trace-context.ts'
import type { Accepted, EmitRequest } from './event.ts'

/** A delivery about to be: what the acceptor knows of it. */
export interface NewDelivery {
  id: Id<'delivery'>
  tenantId: string
  eventId: Id<'event'>
  eventType: string
  endpointId: Id<'endpoint'>
  /** As the cache knew it; the store looks again under a lock before it holds one. */
  endpointStatus: EndpointStatus
  trigger: 'automatic' | 'test'
  /** The trace of its event; not stored with it. */
  traceparent?: Traceparent | null
}

/** An event on its way in: the request, what it will be answered, and what will be stored. */
export interface Candidate {
  request: EmitRequest
  answer: Accepted
  deliveries: NewDelivery[]
}
