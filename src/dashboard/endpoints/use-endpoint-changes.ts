import { useQuery } from '@tanstack/react-query'
import { ask } from '../api/client.ts'
import { pathOf } from '../api/paths.ts'
import type { Endpoint, EndpointChange, Secrets } from '../api/shapes.ts'
import { useChange } from '../api/use-change.ts'

/** What may be said of a new endpoint. */
export interface NewEndpoint extends EndpointChange {
  url: string
  subscriptions: { eventTypes: string[]; filter: unknown }[]
}

/** Registers a URL. The answer holds its secret. */
export const useRegister = (tenant: string) =>
  useChange(
    (body: NewEndpoint) => ask<Endpoint & { secret: string }>('POST', pathOf(tenant, 'endpoints'), { body }),
    { stale: [['endpoints']], said: 'The endpoint is registered.', quiet: true },
  )

/** Changes what an endpoint is. */
export const useChangeEndpoint = (tenant: string, id: string) =>
  useChange((body: EndpointChange) => ask<Endpoint>('PATCH', pathOf(tenant, 'endpoints', id), { body }), {
    stale: [['endpoints']],
    said: 'Saved.',
    quiet: true,
  })

/** What an endpoint can be switched to. */
export type Switch = 'enable' | 'disable' | 'pause' | 'resume'

const SAID: Record<Switch, string> = {
  enable: 'The endpoint is on; what was held goes on.',
  disable: 'The endpoint is off; what comes is held.',
  pause: 'The endpoint is paused; what comes is held.',
  resume: 'The endpoint is resumed; what was held goes on.',
}

/** Switches an endpoint on or off. */
export const useSwitch = (tenant: string, id: string, to: Switch) =>
  useChange((_: undefined) => ask<Endpoint>('POST', pathOf(tenant, 'endpoints', id, to)), {
    stale: [['endpoints'], ['deliveries']],
    said: SAID[to],
  })

/** Deletes an endpoint. */
export const useRemoveEndpoint = (tenant: string) =>
  useChange((id: string) => ask<void>('DELETE', pathOf(tenant, 'endpoints', id)), {
    stale: [['endpoints']],
    said: 'The endpoint is deleted.',
    quiet: true,
  })

/** The secrets of an endpoint; asked for when somebody wants to see them, and forgotten soon. */
export const useSecrets = (tenant: string, id: string, enabled: boolean) =>
  useQuery({
    queryKey: ['secrets', tenant, id],
    queryFn: ({ signal }) => ask<Secrets>('GET', pathOf(tenant, 'endpoints', id, 'secret'), { signal }),
    enabled,
    gcTime: 0,
  })

/** Gives an endpoint a new secret; the old one signs along for the grace. */
export const useRotateSecret = (tenant: string, id: string) =>
  useChange(
    (graceSeconds: number) =>
      ask<Secrets>('POST', pathOf(tenant, 'endpoints', id, 'secret', 'rotate'), { body: { graceSeconds } }),
    { stale: [['secrets', tenant, id]], said: 'The endpoint has a new secret.', quiet: true },
  )

/** Sends a test event to this endpoint alone. */
export const useSendTest = (tenant: string, id: string) =>
  useChange(
    (body: { eventType?: string; data?: unknown }) =>
      ask<{ eventId: string; deliveryId: string }>('POST', pathOf(tenant, 'endpoints', id, 'test'), { body }),
    { stale: [['deliveries']], quiet: true },
  )
