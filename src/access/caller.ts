/** Who calls, and what they may do. */
import type { Actor } from '../audit/entry.ts'
import { isId } from '../ids.ts'

/**
 * What a key may do: `emit` sends events, `read` looks at everything but secrets, `manage` changes what tenants own and
 * sees its secrets, `admin` does all of this and the rest.
 */
export const SCOPES = ['admin', 'emit', 'read', 'manage'] as const
export type Scope = (typeof SCOPES)[number]

/** What somebody calls with: the operator's own key, an API key, or the token of a portal session. */
export const CALLER_KINDS = ['operator', 'key', 'portal'] as const
export type CallerKind = (typeof CALLER_KINDS)[number]

/** Who calls, once the key was good. */
export interface Caller {
  kind: CallerKind
  /** When it ends to be good; null: never, by itself. */
  expiresAt: Date | null
  /**
   * The stable id of the key's holder: whose `Idempotency-Key`s these are. The operator's own is `admin` and outlives a
   * change of the key itself; else the id of the API key or of the portal session.
   */
  owner: string
  /** What an API key is called; null for the others. */
  name: string | null
  scopes: readonly Scope[]
  /** The one tenant whose part is open to them, the rest being as if it were not there; null: all. */
  tenantId: string | null
  /** Which tenant of that id it was: one made again under it is another. Null as `tenantId` is. */
  incarnation: string | null
  /** When that tenant was made: what is older under its id was another's. Null as `tenantId` is. */
  since: Date | null
}

/**
 * A caller, as the audit log names whoever did something.
 * @param requestId the request by which they do it
 */
export function actorOf({ owner, name, tenantId }: Caller, requestId: string): Actor {
  const rest = { name, tenantId, requestId }
  if (isId('apiKey', owner)) return { kind: 'key', id: owner, ...rest }
  if (isId('portalSession', owner)) return { kind: 'portal', id: owner, ...rest }
  return { kind: 'admin', id: null, ...rest }
}

/** Whether a caller may do what a scope stands for. */
export function may({ scopes }: Caller, scope: Scope): boolean {
  return scopes.includes(scope) || scopes.includes('admin')
}
