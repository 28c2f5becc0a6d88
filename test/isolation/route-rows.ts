/** For each operation of the API, a request that succeeds: what is left of it when a stranger sends it is the test. */
import { ADMIN_KEY } from '../api/test-api.ts'
import type { Possessions } from './world.ts'

/** A request; its path is filled with the owner's ids. */
export interface Row {
  /** The status when somebody sends it who may. */
  answers: number
  body?: (of: Possessions) => unknown
  /** The request succeeds for anybody with the scope, and what is another tenant's is refused in it, item by item. */
  itemByItem?: true
  /** The body names what is the tenant's. */
  namesInBody?: true
  /** It asks for something, by a method that could change. */
  changesNothing?: true
  /** What its path names beside the tenant is the installation's, and open to all. */
  findsCommon?: true
}

/** By operation id. An operation without a row fails the suite. */
export const ROWS: Record<string, Row> = {
  getLiveness: { answers: 200 },
  getReadiness: { answers: 200 },

  createSession: { answers: 200, body: () => ({ token: ADMIN_KEY }) },
  deleteSession: { answers: 204 },
  getSession: { answers: 200 },

  putTenant: { answers: 200, body: () => ({ name: 'changed' }) },
  listTenants: { answers: 200 },
  getTenant: { answers: 200 },
  deleteTenant: { answers: 204 },

  putEventType: { answers: 200, body: () => ({ description: 'changed' }) },
  listEventTypes: { answers: 200 },
  getEventType: { answers: 200 },
  archiveEventType: { answers: 204 },

  listTenantEventTypes: { answers: 200 },
  getTenantEventType: { answers: 200, findsCommon: true },

  createEndpoint: { answers: 201, body: () => ({ url: 'https://receiver.example/added' }) },
  listEndpoints: { answers: 200 },
  getEndpoint: { answers: 200 },
  updateEndpoint: { answers: 200, body: () => ({ url: 'https://receiver.example/changed' }) },
  deleteEndpoint: { answers: 204 },
  enableEndpoint: { answers: 200 },
  disableEndpoint: { answers: 200 },
  pauseEndpoint: { answers: 200 },
  resumeEndpoint: { answers: 200 },
  getEndpointSecret: { answers: 200 },
  rotateEndpointSecret: { answers: 200, body: () => ({}) },
  testEndpoint: { answers: 202, body: () => ({ data: {} }) },

  createSubscription: { answers: 201, body: () => ({ eventTypes: ['added'] }) },
  listSubscriptions: { answers: 200 },
  getSubscription: { answers: 200 },
  updateSubscription: { answers: 200, body: () => ({ eventTypes: ['changed'] }) },
  deleteSubscription: { answers: 204 },

  previewFilter: { answers: 200, body: () => ({ filter: { a: 1 } }), changesNothing: true },

  emitEvent: { answers: 202, body: () => ({ type: 'added', data: {} }) },
  emitEventBatch: {
    answers: 202,
    body: ({ tenant }) => ({ events: [{ tenant, type: 'added', data: {} }] }),
    itemByItem: true,
  },
  listEvents: { answers: 200 },
  getEvent: { answers: 200 },
  getEventBody: { answers: 200 },
  eraseEvent: { answers: 204 },

  streamDeliveries: { answers: 200 },
  streamAllDeliveries: { answers: 200 },
  listAllDeliveries: { answers: 200 },
  listAllEvents: { answers: 200 },
  listAllEndpoints: { answers: 200 },
  listDeliveries: { answers: 200 },
  getDelivery: { answers: 200 },
  listAttempts: { answers: 200 },
  retryDelivery: { answers: 202 },
  cancelDelivery: { answers: 200 },

  listRefusedEvents: { answers: 200 },
  retryRefusedEvent: { answers: 204 },
  discardRefusedEvent: { answers: 204 },

  getStats: { answers: 200 },
  getTenantStats: { answers: 200 },
  getEndpointStats: { answers: 200 },

  createRecovery: {
    answers: 202,
    body: ({ endpoint }) => ({ after: '2026-01-01T00:00:00Z', endpointId: endpoint }),
    namesInBody: true,
  },
  listRecoveries: { answers: 200 },
  getRecovery: { answers: 200 },
  pauseRecovery: { answers: 200 },
  resumeRecovery: { answers: 200 },
  cancelRecovery: { answers: 200 },

  createPortalSession: { answers: 201, body: () => ({ readOnly: true }) },
  listPortalSessions: { answers: 200 },
  revokePortalSession: { answers: 204 },

  listAuditLog: { answers: 200 },
  listTenantAuditLog: { answers: 200 },

  createApiKey: { answers: 201, body: () => ({ name: 'added', scopes: ['admin'] }) },
  listApiKeys: { answers: 200 },
  listSettings: { answers: 200 },
  getApiKey: { answers: 200 },
  revokeApiKey: { answers: 204 },
}
