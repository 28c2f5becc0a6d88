/** The words of the audit log: who changed what, when, from what to what. */
import { isDeepStrictEqual } from 'node:util'
import { type Id, isId } from '../ids.ts'

/**
 * All that leaves an entry. What stands before the dot is the kind of thing that it happened to.
 *
 * Emitting leaves none, the events are their own log; reading leaves none, save that of a secret; and what changed nothing
 * leaves none.
 */
export const ACTIONS = {
  'tenant.created': 'A tenant was made.',
  'tenant.updated': 'A tenant was changed.',
  'tenant.deleted': 'A tenant was deleted, and with it its endpoints, keys and portal sessions.',
  'tenant.erased': 'All that was left of a deleted tenant is erased; `after` says how much.',
  'event.erased': 'The data of an event was erased.',
  'api_key.created': 'A key was given out.',
  'api_key.revoked': 'A key was revoked.',
  'portal_session.created': "A tenant's part was opened to somebody.",
  'portal_session.revoked': 'A portal session was ended before its time.',
  'event_type.created': 'An event type came into the catalogue.',
  'event_type.updated': 'An event type was changed, or is back in the catalogue.',
  'event_type.archived': 'An event type left the catalogue.',
  'endpoint.created': 'An endpoint was registered.',
  'endpoint.updated': 'An endpoint was changed.',
  'endpoint.deleted': 'An endpoint was deleted; what waited for it was canceled.',
  'endpoint.enabled': 'An endpoint was switched on.',
  'endpoint.disabled': 'An endpoint was switched off; `after.disabledReason` says why.',
  'endpoint.paused': 'An endpoint was paused.',
  'endpoint.resumed': 'A pause was ended.',
  'endpoint.secret_rotated': 'An endpoint was given a new secret.',
  'endpoint.secret_revealed': 'Somebody was shown the secrets of an endpoint.',
  'endpoint.tested': 'A test was sent to an endpoint.',
  'endpoint.deliveries_expired':
    'Deliveries were held for a disabled endpoint for too long, and ended failed.',
  'subscription.created': 'An endpoint was subscribed to more.',
  'subscription.updated': 'A subscription was changed.',
  'subscription.deleted': 'A subscription was given up.',
  'delivery.retried': 'A delivery was retried by hand.',
  'delivery.canceled': 'A delivery that waited was canceled.',
  'refused_event.retried': 'An event that was handed over and refused was tried again.',
  'refused_event.discarded': 'An event that was handed over and refused was discarded.',
  'recovery.created': 'A recovery was begun.',
  'recovery.paused': 'A recovery was paused.',
  'recovery.resumed': 'A recovery was let go on.',
  'recovery.canceled': 'A recovery was canceled.',
  'master_key.resealed':
    'Secrets or headers were sealed anew by the first master key; `after` says how many rows.',
} as const

/** What happened. */
export type Action = keyof typeof ACTIONS

/** Who can do something: the operator's own key, an API key, a portal session, Ringback by itself. */
export const ACTOR_KINDS = ['admin', 'key', 'portal', 'system'] as const
export type ActorKind = (typeof ACTOR_KINDS)[number]

/** Names one key or one session. */
export type ActorId = Id<'apiKey'> | Id<'portalSession'>

/** Whether a text can name one. */
export const isActorId = (text: string): text is ActorId =>
  isId('apiKey', text) || isId('portalSession', text)

/** Who did something. */
export interface Actor {
  kind: ActorKind
  /** Of the API key or the portal session; null for the others, of which there is one each. */
  id: ActorId | null
  /** What the API key was called at the time. */
  name: string | null
  /** The one tenant whose part is open to them; null: all. */
  tenantId: string | null
  /** The request by which they did it, as its answer and the log name it; null: by none. */
  requestId: string | null
}

/** Ringback by itself: by a rule, in the course of upkeep. */
export const SYSTEM: Actor = { kind: 'system', id: null, name: null, tenantId: null, requestId: null }

/** What every verb needs that leaves an entry. */
export interface Audited {
  /** On whose behalf it acts. */
  by: Actor
}

/** What somebody did. */
export interface Deed {
  action: Action
  /** Whose thing it happened to; null: the installation's. */
  tenantId: string | null
  /** The thing's id or name; null: there is one alone. */
  targetId: string | null
  /** As it was, as far as it is different now; left out: it was not there. Never a secret. */
  before?: object | undefined
  /** As it is now; left out: it is gone. Never a secret. */
  after?: object | undefined
}

/** The kind of thing that an action happens to, such as `endpoint`. */
export const targetKind = (action: Action): string => action.slice(0, action.indexOf('.'))

/** Both sides of a change. */
export interface Difference<T> {
  before: Partial<T>
  after: Partial<T>
}

/** What is different between two states of a thing; undefined when nothing is. */
export function difference<T extends object>(before: T, after: T): Difference<T> | undefined {
  const changed = (Object.keys(after) as (keyof T)[]).filter(
    (key) => !isDeepStrictEqual(before[key], after[key]),
  )
  return changed.length === 0 ? undefined : { before: only(before, changed), after: only(after, changed) }
}

const only = <T extends object>(whole: T, keys: readonly (keyof T)[]) =>
  Object.fromEntries(keys.map((key) => [key, whole[key]])) as Partial<T>
