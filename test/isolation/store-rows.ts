/** For each function of the stores: how a stranger would ask it for what is another's; or why it asks for no owner. */

import * as access from '../../src/access/store.ts'
import * as attempts from '../../src/attempts/store.ts'
import * as audit from '../../src/audit/store.ts'
import type { Db } from '../../src/db/open.ts'
import * as deliveries from '../../src/deliveries/store.ts'
import * as endpoints from '../../src/endpoints/store.ts'
import * as events from '../../src/events/store.ts'
import * as handovers from '../../src/handovers/store.ts'
import { newId } from '../../src/ids.ts'
import * as recoveries from '../../src/recoveries/store.ts'
import * as stats from '../../src/stats/store.ts'
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
const STREAK = { failingSince: new Date(0), failedAttempts: 7, status: 'failing', circuit: null } as const

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

const FOUND = 'its deliveries were found by their owner, for somebody who may see them'
const FEED = 'for many who watch, each told of their own tenant alone; tested in test/live/feed.test.ts'

const LATER = new Date(Date.now() + 86_400_000)
const WINDOW = { type: null, after: new Date(0), before: LATER }
const SCOPE = {
  endpointId: null,
  statuses: [...deliveries.RECOVERABLE_STATUSES],
  eventType: null,
  after: new Date(0),
  before: LATER,
  includeUnsent: true,
  createdAt: LATER,
}
const STEP = { started: 1, deliveryCursor: null, eventCursor: null, exhausted: true }

/** Sums up what the owner has. */
function rollMinutesNow(db: Db) {
  const thisMinute = Math.floor(Date.now() / 60_000) * 60_000
  return stats.rollMinutes(db, thisMinute - 600_000, thisMinute + 60_000)
}

/** What a recovery may begin anew: the owner's delivery, canceled. */
const canceled = (db: Db, its: Possessions) => deliveries.cancel(db, its.tenant, its.delivery)

/** The owner's delivery, begun anew by its recovery. */
async function underway(db: Db, its: Possessions) {
  await canceled(db, its)
  await deliveries.restartWanted(db, its.tenant, its.recovery, SCOPE, null, 10)
}

/** By room and name. A function without a row fails the suite. */
export const STORE_ROWS: Record<string, StoreRow> = {
  'audit/record': 'each deed names the tenant that it is about',
  'audit/listEntries': (db, tenantId) => audit.listEntries(db, tenantId, { ...page, toItself: true }),
  'audit/listAllEntries': INSTALLATION,
  'audit/removeEntries': UPKEEP,

  'tenants/upsertTenant': TENANT_ITSELF,
  'tenants/findTenant': TENANT_ITSELF,
  'tenants/lockTenant': TENANT_ITSELF,
  'tenants/deleteTenant': TENANT_ITSELF,
  'tenants/holdTenant': TENANT_ITSELF,
  'tenants/bumpConfigVersion': TENANT_ITSELF,
  'tenants/beginErasure': TENANT_ITSELF,
  'tenants/finishErasure': TENANT_ITSELF,
  'tenants/openErasures': UPKEEP,
  'tenants/tenantsWithDays': UPKEEP,
  'tenants/listTenants': INSTALLATION,
  'tenants/configVersions': MANY_OWNERS,
  'tenants/ensureOperatorTenant': INSTALLATION,
  'tenants/incarnations': AUTHENTICATION,

  'access/answerId': KEY_HOLDER,
  'access/insertAnswers': KEY_HOLDER,
  'access/replaceAnswers': KEY_HOLDER,
  'access/findAnswers': KEY_HOLDER,
  'access/finishAnswer': KEY_HOLDER,
  'access/removeExpiredAnswers': UPKEEP,
  'access/insertApiKey': INSTALLATION,
  'access/findApiKey': INSTALLATION,
  'access/listApiKeys': INSTALLATION,
  'access/deleteApiKey': INSTALLATION,
  'access/countApiKeys': (db, tenantId) => access.countApiKeys(db, tenantId),
  'access/loadApiKeys': AUTHENTICATION,
  'access/recordUse': AUTHENTICATION,
  'access/insertPortalSession': ADDS,
  'access/listPortalSessions': (db, tenantId) => access.listPortalSessions(db, tenantId, page),
  'access/countPortalSessions': (db, tenantId) => access.countPortalSessions(db, tenantId),
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
  'event-types/setArchived': INSTALLATION,
  'event-types/schemaStates': INSTALLATION,

  'handovers/takeTurn': UPKEEP,
  'handovers/oldestHandovers': UPKEEP,
  'handovers/removeHandovers': UPKEEP,
  'handovers/refuseHandover': UPKEEP,
  'handovers/listRefused': INSTALLATION,
  'handovers/retryRefused': INSTALLATION,
  'handovers/discardRefused': INSTALLATION,
  'handovers/removeHandoversOf': (db, tenantId) => handovers.removeHandoversOf(db, tenantId),
  'handovers/removeRefused': UPKEEP,

  'endpoints/insertEndpoint': ADDS,
  'endpoints/countEndpoints': (db, tenantId) => endpoints.countEndpoints(db, tenantId),
  'endpoints/findEndpoint': (db, tenantId, its) => endpoints.findEndpoint(db, tenantId, its.endpoint),
  'endpoints/lockEndpoint': (db, tenantId, its) => endpoints.lockEndpoint(db, tenantId, its.endpoint),
  'endpoints/listEndpoints': (db, tenantId) => endpoints.listEndpoints(db, tenantId, page),
  'endpoints/listAllEndpoints': INSTALLATION,
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
  'endpoints/openCircuits': {
    before: (db, { tenant, endpoint }) =>
      endpoints.recordFailures(db, [{ tenantId: tenant, endpointId: endpoint, ...STREAK }]),
    ask: (db, tenantId, its) =>
      endpoints.openCircuits(db, [
        {
          tenantId,
          endpointId: its.endpoint,
          circuit: { openedAt: new Date(0), probes: 0, probeAt: new Date(0) },
        },
      ]),
  },
  'endpoints/closeCircuits': {
    before: async (db, { tenant: tenantId, endpoint: endpointId }) => {
      const circuit = { openedAt: new Date(0), probes: 0, probeAt: new Date(0) }
      await endpoints.recordFailures(db, [{ tenantId, endpointId, ...STREAK }])
      await endpoints.openCircuits(db, [{ tenantId, endpointId, circuit }])
    },
    ask: (db, tenantId, its) => endpoints.closeCircuits(db, [{ tenantId, endpointId: its.endpoint }]),
  },
  'endpoints/switchOn': (db, tenantId, its) => endpoints.switchOn(db, tenantId, its.endpoint),
  'endpoints/switchPaused': (db, tenantId, its) => endpoints.switchPaused(db, tenantId, its.endpoint),
  'endpoints/switchResumed': (db, tenantId, its) => endpoints.switchResumed(db, tenantId, its.endpoint),
  'endpoints/reserveTurns': BY_QUEUE,
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
  'endpoints/takeHeadersSealedOtherwise': UPKEEP,
  'endpoints/replaceHeaders': UPKEEP,
  'endpoints/countHeadersSealedOtherwise': UPKEEP,
  'endpoints/insertSubscriptions': (db, tenantId, its) =>
    endpoints.insertSubscriptions(db, tenantId, [
      { id: newId('subscription'), endpointId: its.endpoint, eventTypes: ['*'], filter: null },
    ]),
  'endpoints/subscriptionsOf': (db, tenantId, its) => endpoints.subscriptionsOf(db, tenantId, [its.endpoint]),
  'endpoints/subscriptionsOfAll': FOUND,
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
  'events/listAllEvents': INSTALLATION,
  'events/newestEvents': (db, tenantId) => events.newestEvents(db, tenantId, { limit: 10, mostBytes: 1_000 }),
  'events/countEvents': (db, tenantId) => events.countEvents(db, tenantId, WINDOW, 10),
  'events/walkEvents': (db, tenantId) =>
    events.walkEvents(db, tenantId, WINDOW, null, { limit: 10, bodies: true }),
  'events/removeExternalIds': (db, tenantId) => events.removeExternalIds(db, tenantId),
  'events/findEvent': (db, tenantId, its) => events.findEvent(db, tenantId, its.event),
  'events/eraseData': (db, tenantId, its) => events.eraseData(db, tenantId, its.event),
  'events/eraseOldData': UPKEEP,
  'events/removeOldEvents': UPKEEP,
  'events/freeExternalIds': UPKEEP,
  'events/insertEvents': MANY_OWNERS,
  'events/claimExternalIds': MANY_OWNERS,
  'events/findByExternalIds': MANY_OWNERS,

  'deliveries/listDeliveries': (db, tenantId, its) =>
    deliveries.listDeliveries(db, tenantId, { ...page, endpointId: its.endpoint, eventId: its.event }),
  'deliveries/countWaitingFrom': UPKEEP,
  'deliveries/anyWaitingIn': UPKEEP,
  'deliveries/countWaitingForEventsOf': UPKEEP,
  'deliveries/oldDeliveries': UPKEEP,
  'deliveries/removeEnded': UPKEEP,
  'deliveries/cancelOfEvent': (db, tenantId, its) => deliveries.cancelOfEvent(db, tenantId, its.event),
  'deliveries/listAllDeliveries': INSTALLATION,
  'deliveries/findDelivery': (db, tenantId, its) => deliveries.findDelivery(db, tenantId, its.delivery),
  'deliveries/loadDeliveries': FOUND,
  'deliveries/lockDelivery': (db, tenantId, its) => deliveries.lockDelivery(db, tenantId, its.delivery),
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
  'deliveries/followNext': UPKEEP,
  'deliveries/holdIfOff':
    'its ids are of deliveries that the same transaction has just written, or found by their owner',
  'deliveries/countWanted': {
    before: canceled,
    ask: (db, tenantId) => deliveries.countWanted(db, tenantId, SCOPE),
  },
  'deliveries/restartWanted': {
    before: canceled,
    ask: async (db, tenantId, its) =>
      (await deliveries.restartWanted(db, tenantId, its.recovery, SCOPE, null, 10)).started,
  },
  'deliveries/reachedBy': (db, tenantId, its) => deliveries.reachedBy(db, tenantId, [its.event]),
  'deliveries/insertUnsent':
    'adds to the tenant that it names; its recovery, events and endpoints the same transaction has found by their owner',
  'deliveries/recoveryEnds': {
    before: async (db, its) => {
      await underway(db, its)
      await canceled(db, its)
    },
    ask: (db, tenantId, its) => deliveries.recoveryEnds(db, tenantId, [its.recovery]),
  },
  'deliveries/anyOnTheWay': {
    before: underway,
    ask: (db, tenantId, its) => deliveries.anyOnTheWay(db, tenantId, its.recovery),
  },
  'deliveries/insertDeliveries': MANY_OWNERS,
  'deliveries/cancelEventless': BY_QUEUE,
  'deliveries/failHeldTooLong': UPKEEP,
  'deliveries/takeProbes': UPKEEP,
  'deliveries/cancelOrphans': BY_QUEUE,
  'deliveries/loadDue': BY_QUEUE,
  'deliveries/settleDeliveries': BY_QUEUE,
  'deliveries/putBack': BY_QUEUE,
  'deliveries/letGo': BY_QUEUE,
  'deliveries/forgetShared': UPKEEP,
  'deliveries/anyUnalarmed': UPKEEP,
  'deliveries/waitingEndpoints': UPKEEP,
  'deliveries/countAlarmed': MANY_OWNERS,
  'deliveries/countAlarmedOfTenants': UPKEEP,
  'deliveries/takeUnalarmed': UPKEEP,

  'attempts/removeAttempts': UPKEEP,
  'attempts/eraseAnswers': (db, tenantId, its) => attempts.eraseAnswers(db, tenantId, its.event),
  'attempts/listAttempts': (db, tenantId, its) => attempts.listAttempts(db, tenantId, its.delivery, page),
  'attempts/lastAttempts': (db, tenantId, its) =>
    attempts.lastAttempts(db, tenantId, [{ id: its.delivery, attemptCount: 1 }]),
  'attempts/lastAttemptsOf': FOUND,
  'attempts/insertAttempts': BY_QUEUE,

  'live/snapshotNow': 'asks for the state of the database alone',
  'live/changesSince': FEED,

  'stats/rollMinutes': UPKEEP,
  'stats/rollHour': UPKEEP,
  'stats/firstOf': UPKEEP,
  'stats/findProgress': UPKEEP,
  'stats/saveProgress': UPKEEP,
  'stats/removeOldStats': UPKEEP,
  'stats/removeStatsOf': UPKEEP,
  'stats/readRows': {
    before: (db) => rollMinutesNow(db),
    ask: (db, tenantId, its) =>
      stats.readRows(db, tenantId, its.endpoint, { span: 'minute', from: 0, to: LATER.getTime() }),
  },
  'stats/countWaiting': async (db, tenantId, its) =>
    (await stats.countWaiting(db, tenantId, its.endpoint)).pending,
  'stats/countEndpoints': (db, tenantId) => stats.countEndpoints(db, tenantId),
  'stats/takeStock': UPKEEP,

  'notices/giveNotices': 'each notice names the tenant that it is about, and is read by the operator alone',
  'notices/takeNotices': UPKEEP,
  'notices/removeNotices': UPKEEP,

  'recoveries/insertRecovery': ADDS,
  'recoveries/findRecovery': (db, tenantId, its) => recoveries.findRecovery(db, tenantId, its.recovery),
  'recoveries/lockRecovery': (db, tenantId, its) => recoveries.lockRecovery(db, tenantId, its.recovery),
  'recoveries/listRecoveries': (db, tenantId) => recoveries.listRecoveries(db, tenantId, page),
  'recoveries/steer': (db, tenantId, its) => recoveries.steer(db, tenantId, its.recovery, 'paused'),
  'recoveries/takeRunning': (db, tenantId, its) => recoveries.takeRunning(db, tenantId, its.recovery),
  'recoveries/saveStep': (db, tenantId, its) => recoveries.saveStep(db, tenantId, its.recovery, STEP),
  'recoveries/finish': (db, tenantId, its) => recoveries.finish(db, tenantId, its.recovery),
  'recoveries/lockUnsent': TENANT_ITSELF,
  'recoveries/runningRecoveries': UPKEEP,
  'recoveries/countAtWork': (db, tenantId) => recoveries.countAtWork(db, tenantId),
  'recoveries/transactionTime': 'asks for the time alone',

  'upkeep/takeLease': UPKEEP,
  'upkeep/giveLeaseBack': UPKEEP,
}
