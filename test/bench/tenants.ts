/** Tenants and endpoints of a scenario, made over the API. */
import type { Receivers } from './receivers.ts'
import type { Server } from './server.ts'

export interface WantedEndpoints {
  tenant: string
  group: string
  count: number
  /** Of each endpoint, beside its URL and its type. */
  settings?: object
}

export const newTenant = (server: Server, tenant: string) => server.call('PUT', `/v1/tenants/${tenant}`, {})

/**
 * Registers endpoints with the receivers of a group; the events of the type `<group>.<i>` go to the ith.
 * @returns their ids
 */
export async function newEndpoints(
  server: Server,
  receivers: Pick<Receivers, 'urlOf'>,
  { tenant, group, count, settings = {} }: WantedEndpoints,
): Promise<string[]> {
  const ids: string[] = []
  let next = 0
  async function register() {
    while (next < count) {
      const i = next++
      const made = await server.call('POST', `/v1/tenants/${tenant}/endpoints`, {
        url: receivers.urlOf(group, i),
        subscriptions: [{ eventTypes: [`${group}.${i}`] }],
        ...settings,
      })
      ids[i] = (made as { id: string }).id
    }
  }
  await Promise.all(Array.from({ length: 16 }, register))
  return ids
}
