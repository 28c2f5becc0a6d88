/** Telling who calls by the key that comes with a request. */
import { timingSafeEqual } from 'node:crypto'
import { createBatcher } from '../batcher.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/open.ts'
import { SECOND } from '../duration.ts'
import { RingbackError } from '../errors.ts'
import type { Id } from '../ids.ts'
import type { Log } from '../telemetry/log.ts'
import { incarnations } from '../tenants/store.ts'
import type { Caller } from './caller.ts'
import { hashOfKey, idOfKeyText, looksLikeKey } from './key-text.ts'
import { createLastUse } from './last-use.ts'
import type { PortalTokens } from './portal-token.ts'
import { createRecent } from './recent.ts'
import { loadApiKeys, loadPortalSessions } from './store.ts'

/** Tells callers apart by the key they send. */
export interface Access {
  /**
   * @param header the `Authorization` header as it came
   * @throws RingbackError `unauthorized`: none, not of the form `Bearer <key>`, not a key of ours, revoked or expired
   */
  authenticate(header: string | undefined): Promise<Caller>
  /**
   * The same by the key itself, without a header around it.
   * @throws RingbackError `unauthorized`
   */
  identify(key: string): Promise<Caller>
  /**
   * Makes sure that the tenant a caller is bound to is still the one it was. Asked right before something is done: what
   * is known of keys is some seconds old, and a slow request older. One small query for all who ask at a time; none for
   * callers who are bound to no tenant.
   * @throws RingbackError `unauthorized`: it was deleted, whether or not another was made under its id
   */
  confirm(caller: Caller): Promise<void>
  /** Makes a revocation effective in this process at once; in others it is within 5 seconds. */
  forget(id: Id<'apiKey'> | Id<'portalSession'>): void
  /** Resolves when nothing is being written. */
  idle(): Promise<void>
}

/** What access stands on. */
export interface AccessNeeds {
  /** The operator's own key, good for everything. */
  adminKey: string
  portalTokens: Pick<PortalTokens, 'verify'>
  db: Db
  clock: Clock
  log: Log
}

/** The holder of the operator's own key. */
const ADMIN: Caller = {
  kind: 'operator',
  name: null,
  expiresAt: null,
  owner: 'admin',
  scopes: ['admin'],
  tenantId: null,
  incarnation: null,
  since: null,
}

/** A revocation is promised to work within 5 seconds; the rest is for the answer that is under way. */
const GOOD_FOR = 4 * SECOND

/** A few megabytes: more keys than an installation has in use within four seconds. */
const CAPACITY = 10_000

/**
 * Access by the operator's key, by API keys and by portal sessions.
 * Source: RFC 6750 section 2.1, without its grammar of the token: an operator's key may be any string.
 */
export function createAccess({ adminKey, portalTokens, db, clock, log }: AccessNeeds): Access {
  // Digests have one length whatever was sent, and comparing them tells nothing of the key, byte by byte or by length.
  const expected = hashOfKey(adminKey)
  const memory = { clock, goodForMs: GOOD_FOR, capacity: CAPACITY }
  const keys = createRecent({ load: (ids: readonly Id<'apiKey'>[]) => loadApiKeys(db, ids), ...memory })
  const sessions = createRecent({
    load: (ids: readonly Id<'portalSession'>[]) => loadPortalSessions(db, ids),
    ...memory,
  })
  const lastUse = createLastUse({ db, clock, log })
  const standing = createStanding(db)

  async function holderOfKey(text: string): Promise<Caller> {
    const id = idOfKeyText(text)
    if (!id) throw unauthorized('The key is mistyped or cut short: its checksum is wrong.')
    const key = await keys.get(id)
    if (!key || !timingSafeEqual(hashOfKey(text), key.hash) || hasPassed(key.expiresAt)) throw unauthorized()
    lastUse.note(key)
    const { id: owner, name, scopes, expiresAt, tenantId, incarnation, since } = key
    return { kind: 'key', name, expiresAt, owner, scopes, tenantId, incarnation, since }
  }

  async function holderOfToken(token: string): Promise<Caller> {
    const claims = portalTokens.verify(token)
    if (!claims || hasPassed(new Date(claims.expiresAt))) throw unauthorized()
    const session = await sessions.get(claims.sessionId)
    if (!session || session.tenantId !== claims.tenantId || hasPassed(session.expiresAt)) throw unauthorized()
    const scopes = session.readOnly ? (['read'] as const) : (['read', 'manage'] as const)
    const { id: owner, expiresAt, tenantId, incarnation, since } = session
    return { kind: 'portal', name: null, expiresAt, owner, scopes, tenantId, incarnation, since }
  }

  async function identify(key: string): Promise<Caller> {
    // First: an operator may have chosen a key that looks like one of the others.
    if (timingSafeEqual(hashOfKey(key), expected)) return ADMIN
    return looksLikeKey(key) ? holderOfKey(key) : holderOfToken(key)
  }

  const hasPassed = (moment: Date | null) => moment !== null && moment.getTime() <= clock.now()

  return {
    async authenticate(header) {
      const key = bearerOf(header)
      if (key === undefined) throw unauthorized()
      return identify(key)
    },
    identify,
    async confirm({ tenantId, incarnation }) {
      if (tenantId !== null && (await standing.add(tenantId)) !== incarnation) throw unauthorized()
    },
    forget(id) {
      if (isApiKey(id)) keys.forget(id)
      else sessions.forget(id)
    },
    idle: () => lastUse.idle(),
  }
}

/** Bounds one statement. */
const GROUP_SIZE = 500

/** Gives the incarnation of the tenant that stands now under an id. */
function createStanding(db: Db) {
  return createBatcher<string, string | undefined>({
    maxItems: GROUP_SIZE,
    async run(tenantIds) {
      const found = await incarnations(db, [...new Set(tenantIds)])
      return tenantIds.map((id) => found.get(id))
    },
  })
}

/** Node reads a header as latin-1, while clients send what is beyond ASCII in UTF-8. */
function bearerOf(header: string | undefined): string | undefined {
  const bytes = header?.match(/^Bearer +(.+)$/i)?.[1]
  return bytes && Buffer.from(bytes, 'latin1').toString()
}

const isApiKey = (id: Id<'apiKey'> | Id<'portalSession'>): id is Id<'apiKey'> => id.startsWith('key_')

const unauthorized = (message = 'Send a valid key as "Authorization: Bearer <key>".') =>
  new RingbackError('unauthorized', 'unauthorized', message)
