/** Made from the OpenAPI document by `npm run client:generate`; change the routes, not this file. */
import type { Http } from '../http.ts'
import { ApiKeys } from './api-keys.ts'
import { AuditLog } from './audit-log.ts'
import { Deliveries } from './deliveries.ts'
import { Endpoints } from './endpoints.ts'
import { EventTypes } from './event-types.ts'
import { Events } from './events.ts'
import { Operations } from './operations.ts'
import { Portal } from './portal.ts'
import { Recoveries } from './recoveries.ts'
import { Session } from './session.ts'
import { Settings } from './settings.ts'
import { Stats } from './stats.ts'
import { Subscriptions } from './subscriptions.ts'
import { Tenants } from './tenants.ts'

/** All operations of the API, by the tags of its document. */
export class Namespaces {
  /** Customers of the host application; they own endpoints and events. */
  readonly tenants: Tenants
  /** The catalogue of what may happen. */
  readonly eventTypes: EventTypes
  /** Registered callback URLs, their secrets and their health. */
  readonly endpoints: Endpoints
  /** Which events an endpoint wants. */
  readonly subscriptions: Subscriptions
  /** What happened, as the host told it. */
  readonly events: Events
  /** One event for one endpoint, and every attempt to get it there. */
  readonly deliveries: Deliveries
  /** Retries in bulk: by a filter, at a pace, with progress. */
  readonly recoveries: Recoveries
  /** Rates, latencies and what waits, over time. */
  readonly stats: Stats
  /** Links for a tenant's people into the tenant's own part. */
  readonly portal: Portal
  /** Who calls; and signing in with a browser, which keeps the key in a cookie. */
  readonly session: Session
  /** Keys for others: what they may do, for whom, until when. */
  readonly apiKeys: ApiKeys
  /** What the installation was told, to be looked at. */
  readonly settings: Settings
  /** Who changed what, when, from what to what; no secrets. */
  readonly auditLog: AuditLog
  /** Probes for operators; they need no key. */
  readonly operations: Operations

  constructor(http: Http) {
    this.tenants = new Tenants(http)
    this.eventTypes = new EventTypes(http)
    this.endpoints = new Endpoints(http)
    this.subscriptions = new Subscriptions(http)
    this.events = new Events(http)
    this.deliveries = new Deliveries(http)
    this.recoveries = new Recoveries(http)
    this.stats = new Stats(http)
    this.portal = new Portal(http)
    this.session = new Session(http)
    this.apiKeys = new ApiKeys(http)
    this.settings = new Settings(http)
    this.auditLog = new AuditLog(http)
    this.operations = new Operations(http)
  }
}
