/** For each function of the stores: how a stranger would ask it for what is another's; or why it asks for no owner. */
import * as access from '../../src/access/store.ts'
import * as attempts from '../../src/attempts/store.ts'
import type { Db } from '../../src/db/open.ts'
import * as deliveries from '../../src/deliveries/store.ts'
import * as endpoints from '../../src/endpoints/store.ts'
import * as events from '../../src/events/store.ts'
import { newId } from '../../src/ids.ts'
import type { Possessions } from './world.ts'

/** Called with the owner's tenant it finds or changes something; with another's and the same ids, nothing. */
export type Ask = (db: Db, tenantId: string, its: Possessions) => Promise<unknown>

/** What there is to ask for, if `settle` does not leave it. */
export interface Prepared {
  before(db: Db, its: Possessions): Promise<unknown>
  ask: Ask
}

/** Or the reason why no owner is asked for, or nothing of another can be named. */
export type StoreRow = Ask | Prepared | string

const page = { limit: 10 }
const STREAK = { failingSince: new Date(0), failedAttempts: 7, status: 'failing' } as const

const TENANT_ITSELF = 'the tenant is all that it is about'
const ADDS = 'adds to the tenant that it names, and names nothing else'
const BY_QUEUE =
  'its ids come from the queue, which holds what the acceptor put there; no caller can name them'
const MANY_OWNERS =
  'one statement for many tenants: each row names its own, and the acceptor took them from its cache'
const INSTALLATION = 'belongs to the installation; closed to keys of a tenant'
const AUTHENTICATION = 'comes before the tenant is known; what it finds says which it is'
const KEY_HOLDER = 'its owner is the holder of a key, and comes with each entry'
const UPKEEP = 'a duty of the installation, over all tenants'

/** By room and name. A function without a row fails the suite. */
export const STORE_ROWS: Record<string, StoreRow> = {
  'tenants/upsertTenant': TENANT_ITSELF,
  'tenants/findTenant': TENANT_ITSELF,
  'tenants/deleteTenant': TENANT_ITSELF,
  'tenants/holdTenant': TENANT_ITSELF,
  'tenants/bumpConfigVersion': TENANT_ITSELF,
  'tenants/listTenants': INSTALLATION,
  'tenants/configVersions': MANY_OWNERS,

  'access/answerId': KEY_HOLDER,
  'access/insertAnswers': KEY_HOLDER,
  'access/replaceAnswers': KEY_HOLDER,
  'access/findAnswers': KEY_HOLDER,
  'access/removeExpiredAnswers': UPKEEP,
  'access/insertApiKey': INSTALLATION,
  'access/findApiKey': INSTALLATION,
  'access/listApiKeys': INSTALLATION,
  'access/deleteApiKey': INSTALLATION,
  'access/loadApiKeys': AUTHENTICATION,
  'access/recordUse': AUTHENTICATION,
  'access/insertPortalSession': ADDS,
  'access/listPortalSessions': (db, tenantId) => access.listPortalSessions(db, tenantId, page),
  'access/deletePortalSession': (db, tenantId, its) =>
    access.deletePortalSession(db, tenantId, its.portalSession),
  'access/deleteExpiredPortalSessions': {
    before: (db, its) =>
      access.insertPortalSession(db, its.tenant, {
        id: newId('portalSession'),
        readOnly: true,
        expiresAt: new Date(0),
      }),
    ask: (db, tenantId) => access.deleteExpiredPortalSessions(db, tenantId),
  },
  'access/loadPortalSessions': AUTHENTICATION,

  'event-types/upsertEventType': INSTALLATION,
  'event-types/findEventType': INSTALLATION,
  'event-types/listEventTypes': INSTALLATION,
  'event-types/archiveEventType': INSTALLATION,
  'event-types/schemaStates': INSTALLATION,

  'endpoints/insertEndpoint': ADDS,
  'endpoints/findEndpoint': (db, tenantId, its) => endpoints.findEndpoint(db, tenantId, its.endpoint),
  'endpoints/listEndpoints': (db, tenantId) => endpoints.listEndpoints(db, tenantId, page),
  'endpoints/updateEndpoint': (db, tenantId, its) =>
    endpoints.updateEndpoint(db, tenantId, its.endpoint, { description: 'changed' }),
  'endpoints/deleteEndpoint': (db, tenantId, its) => endpoints.deleteEndpoint(db, tenantId, its.endpoint),
  'endpoints/disableEndpoints': (db, tenantId, its) =>
    endpoints.disableEndpoints(db, [{ tenantId, endpointId: its.endpoint, reason: 'manual' }]),
  'endpoints/recordFailures': (db, tenantId, its) =>
    endpoints.recordFailures(db, [{ tenantId, endpointId: its.endpoint, ...STREAK }]),
  'endpoints/recordRecoveries': {
    before: (db, { tenant, endpoint }) =>
      endpoints.recordFailures(db, [{ tenantId: tenant, endpointId: endpoint, ...STREAK }]),
    ask: (db, tenantId, its) => endpoints.recordRecoveries(db, [{ tenantId, endpointId: its.endpoint }]),
  },
  'endpoints/lockHealth': BY_QUEUE,
  'endpoints/loadDestinations': BY_QUEUE,
  'endpoints/loadInterests': MANY_OWNERS,
  'endpoints/insertSecret': (db, tenantId, its) =>
    endpoints.insertSecret(db, tenantId, its.endpoint, { id: newId('secret'), sealed: Buffer.from('x') }),
  'endpoints/liveSecrets': (db, tenantId, its) => endpoints.liveSecrets(db, tenantId, its.endpoint),
  'endpoints/expireSecretsIn': (db, tenantId, its) =>
    endpoints.expireSecretsIn(db, tenantId, its.endpoint, 9),
  'endpoints/takeSealedOtherwise': UPKEEP,
  'endpoints/replaceSealed': UPKEEP,
  'endpoints/countSealedOtherwise': UPKEEP,
  'endpoints/insertSubscriptions': (db, tenantId, its) =>
    endpoints.insertSubscriptions(db, tenantId, [
      { id: newId('subscription'), endpointId: its.endpoint, eventTypes: ['*'], filter: null },
    ]),
  'endpoints/subscriptionsOf': (db, tenantId, its) => endpoints.subscriptionsOf(db, tenantId, [its.endpoint]),
  'endpoints/listSubscriptions': (db, tenantId, its) =>
    endpoints.listSubscriptions(db, tenantId, its.endpoint, page),
  'endpoints/countSubscriptions': (db, tenantId, its) =>
    endpoints.countSubscriptions(db, tenantId, its.endpoint),
  'endpoints/findSubscription': (db, tenantId, its) =>
    endpoints.findSubscription(db, tenantId, its.endpoint, its.subscription),
  'endpoints/updateSubscription': (db, tenantId, its) =>
    endpoints.updateSubscription(db, tenantId, its.endpoint, its.subscription, { eventTypes: ['changed'] }),
  'endpoints/deleteSubscription': (db, tenantId, its) =>
    endpoints.deleteSubscription(db, tenantId, its.endpoint, its.subscription),
  'endpoints/deleteSubscriptionsOf': (db, tenantId, its) =>
    endpoints.deleteSubscriptionsOf(db, tenantId, its.endpoint),

  'events/listEvents': (db, tenantId) => events.listEvents(db, tenantId, page),
  'events/findEvent': (db, tenantId, its) => events.findEvent(db, tenantId, its.event),
  'events/loadBodies': BY_QUEUE,
  'events/insertEvents': MANY_OWNERS,
  'events/claimExternalIds': MANY_OWNERS,
  'events/findByExternalIds': MANY_OWNERS,

  'deliveries/listDeliveries': (db, tenantId, its) =>
    deliveries.listDeliveries(db, tenantId, { ...page, endpointId: its.endpoint, eventId: its.event }),
  'deliveries/findDelivery': (db, tenantId, its) => deliveries.findDelivery(db, tenantId, its.delivery),
  'deliveries/deliveriesOfEvent': (db, tenantId, its) =>
    deliveries.deliveriesOfEvent(db, tenantId, its.event),
  'deliveries/restart': (db, tenantId, its) => deliveries.restart(db, tenantId, its.delivery, 'manual'),
  'deliveries/cancel': (db, tenantId, its) => deliveries.cancel(db, tenantId, its.delivery),
  'deliveries/cancelWaiting': (db, tenantId, its) =>
    deliveries.cancelWaiting(db, tenantId, its.endpoint, 'endpoint_deleted'),
  'deliveries/holdWaiting': (db, tenantId, its) =>
    deliveries.holdWaiting(db, tenantId, its.endpoint, 'disabled'),
  'deliveries/releaseHeld': {
    before: (db, its) => deliveries.holdWaiting(db, its.tenant, its.endpoint, 'disabled'),
    ask: (db, tenantId, its) => deliveries.releaseHeld(db, tenantId, its.endpoint),
  },
  'deliveries/holdIfOff':
    'its ids are of deliveries that the same transaction has just written, or found by their owner',
  'deliveries/insertDeliveries': MANY_OWNERS,
  'deliveries/cancelOrphans': BY_QUEUE,
  'deliveries/loadDue': BY_QUEUE,
  'deliveries/settleDeliveries': BY_QUEUE,
  'deliveries/putBack': BY_QUEUE,
  'deliveries/anyUnalarmed': UPKEEP,
  'deliveries/waitingEndpoints': UPKEEP,
  'deliveries/takeUnalarmed': UPKEEP,

  'attempts/listAttempts': (db, tenantId, its) => attempts.listAttempts(db, tenantId, its.delivery, page),
  'attempts/lastAttempts': (db, tenantId, its) =>
    attempts.lastAttempts(db, tenantId, [{ id: its.delivery, attemptCount: 1 }]),
  'attempts/insertAttempts': BY_QUEUE,

  'upkeep/takeLease': UPKEEP,
  'upkeep/giveLeaseBack': UPKEEP,
}
