/** A tenant to begin with, and an endpoint if a receiver is there already. */
import { type Endpoint, type Ringback, RingbackError } from '../../client/index.ts'

/** What is there to begin with. */
export interface Prepared {
  endpoint?: Endpoint
  secret?: string
}

/** Makes what is not there yet; at the next start it is. */
export async function prepare(
  client: Ringback,
  tenant: string,
  receiver: string | undefined,
): Promise<Prepared> {
  await client.tenants.get(tenant).catch((error) => {
    if (!(error instanceof RingbackError) || error.status !== 404) throw error
    return client.tenants.put(tenant)
  })
  if (receiver === undefined) return {}
  for await (const endpoint of client.endpoints.list(tenant))
    if (endpoint.url === new URL(receiver).href || endpoint.url === receiver) {
      const { secret } = await client.endpoints.getSecret(tenant, endpoint.id)
      return { endpoint, secret }
    }
  const subscriptions = [{ eventTypes: ['*'] }]
  const { secret, ...endpoint } = await client.endpoints.create(tenant, { url: receiver, subscriptions })
  return { endpoint, secret }
}
