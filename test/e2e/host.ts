/** A host application in a test: one tenant of its own, its endpoints, its events, and what becomes of them. */
import { randomBytes } from 'node:crypto'
import { type Accepted, type Api, type Attempt, type Delivery, type Endpoint, listAll } from '../setup/api.ts'
import { until } from '../setup/until.ts'

/** Says what to register, besides the URL. */
export type EndpointOptions = Partial<{
  subscriptions: { eventTypes: string[]; filter?: object }[]
  retry: object
  secret: string
  headers: Record<string, string>
  timeoutMs: number
  maxInFlight: number
}>

/** The calls that the tests make, all for one tenant. */
export interface Host {
  /** The path of the tenant: `/v1/tenants/...`. */
  path: string
  tenant: string
  register(url: string, options?: EndpointOptions): Promise<Endpoint>
  emit(type: string, data: unknown, options?: { headers?: Record<string, string> }): Promise<Accepted>
  /** The endpoint as it is now. */
  endpoint(id: string): Promise<Endpoint>
  /** All deliveries, or those that a query such as `status=failed` wants. */
  deliveries(query?: string): Promise<Delivery[]>
  /** The one delivery of an event that goes to one endpoint. */
  deliveryOf(event: { id: string }): Promise<Delivery>
  attempts(delivery: { id: string }): Promise<Attempt[]>
  /** The delivery, once it is in one of these states. */
  reaches(delivery: { id: string }, ...statuses: Delivery['status'][]): Promise<Delivery>
}

/** Creates a tenant. */
export async function createHost(api: Api): Promise<Host> {
  const tenant = `tenant-${randomBytes(5).toString('hex')}`
  const path = `/v1/tenants/${tenant}`
  await api('PUT', path, {})

  const deliveries = (query = '') => listAll<Delivery>(api, `${path}/deliveries?${query}`)
  return {
    path,
    tenant,
    register: (url, options = {}) => api('POST', `${path}/endpoints`, { url, ...options }),
    emit: (type, data, { headers } = {}) => api('POST', `${path}/events`, { type, data }, headers),
    endpoint: (id) => api('GET', `${path}/endpoints/${id}`),
    deliveries,
    async deliveryOf({ id }) {
      const found = await deliveries(`eventId=${id}`)
      if (found.length !== 1) throw new Error(`Event ${id} has ${found.length} deliveries.`)
      return found[0]!
    },
    attempts: ({ id }) => listAll(api, `${path}/deliveries/${id}/attempts`),
    reaches: ({ id }, ...statuses) =>
      until(
        () => api<Delivery>('GET', `${path}/deliveries/${id}`),
        ({ status }) => statuses.includes(status),
        `the delivery to be ${statuses.join(' or ')}`,
      ),
  }
}

/** A schedule without chance. */
export const schedule = (...delaysSeconds: number[]) => ({ kind: 'schedule', delaysSeconds, jitter: 0 })
