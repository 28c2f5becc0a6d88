/**
 * What was promised so far, kept beside the real parts, and what may therefore not be sent: the model of the test. It knows
 * nothing of queues, alarms or tables.
 */
import { Webhook } from 'standardwebhooks'
import { SECOND } from '../../src/duration.ts'
import type { Id } from '../../src/ids.ts'
import type { RetryPolicy } from '../../src/retry/policy.ts'
import type { Sent } from './wire.ts'

/** An endpoint as its owner knows it. */
export interface KnownEndpoint {
  id: Id<'endpoint'>
  url: string
  policy: RetryPolicy
  /** As its owner last switched it; what attempts do to it is not known here. */
  state: 'on' | 'off' | 'deleted'
  /** When it was switched so, in virtual time. */
  since: number
  secrets: KnownSecret[]
}

interface KnownSecret {
  secret: string
  /** Milliseconds of virtual time; null for the current one. */
  expiresAt: number | null
}

/** A delivery as its owner knows it. */
export interface KnownDelivery {
  id: Id<'delivery'>
  eventId: Id<'event'>
  endpoint: KnownEndpoint
  /** Canceling it was answered, and nobody retried it since. */
  isCanceled: boolean
  /** Retries by hand and by recoveries. */
  retries: number
  /** Requests that had been made when it was last retried. */
  sentBefore: number
}

export interface Ledger {
  endpoints: KnownEndpoint[]
  /** The bytes of `data` of each event that was accepted. */
  events: Map<Id<'event'>, { data: string; deliveryCount: number }>
  deliveries: KnownDelivery[]
  /** Promises that were broken. */
  broken: string[]
  /** The delivery that a request was made for. */
  deliveryOf(sent: Pick<Sent, 'eventId' | 'url'>): KnownDelivery | undefined
  canceled(delivery: KnownDelivery): void
  retried(delivery: KnownDelivery): void
  /** Checks a request against all that was promised. @param earlier those of the same delivery before it */
  onSent(sent: Sent, earlier: readonly Sent[]): void
}

/** @param now virtual time */
export function createLedger(now: () => number): Ledger {
  const sentOf = new Map<KnownDelivery, number>()
  const bodies = new Map<string, Buffer>()

  const ledger: Ledger = {
    endpoints: [],
    events: new Map(),
    deliveries: [],
    broken: [],
    deliveryOf: (sent) =>
      ledger.deliveries.find(
        ({ eventId, endpoint }) => eventId === sent.eventId && endpoint.url === sent.url,
      ),
    canceled(delivery) {
      delivery.isCanceled = true
    },
    retried(delivery) {
      delivery.isCanceled = false
      delivery.retries++
      delivery.sentBefore = sentOf.get(delivery) ?? 0
    },
    onSent(sent, earlier) {
      const delivery = ledger.deliveryOf(sent)
      if (!delivery)
        return void ledger.broken.push(`${sent.eventId} was sent to ${sent.url}, for no delivery`)
      sentOf.set(delivery, earlier.length + 1)
      const say = (what: string) => ledger.broken.push(`${delivery.id} was sent ${what}`)

      if (delivery.isCanceled) say('after its cancelation was answered')
      if (isKnownToBeAway(delivery.endpoint, now())) say(`though its endpoint is ${delivery.endpoint.state}`)
      if (earlier.slice(delivery.sentBefore).some(isKnownToBeTaken)) say('again after it was taken')
      if (!sent.body.equals(bodies.get(sent.eventId) ?? sent.body)) say('with other bytes than before')
      bodies.set(sent.eventId, sent.body)
      const { data } = ledger.events.get(delivery.eventId)!
      if (!sent.body.toString().endsWith(`"data":${data}}`)) say('with other data than was emitted')
      for (const fault of signatureFaults(sent, delivery.endpoint.secrets, now())) say(fault)
    },
  }
  return ledger
}

/** A worker may have looked at an endpoint just before it was changed, and is to look again within this. */
const SEEN_WITHIN = 2 * SECOND

/**
 * What waits is held as soon as an endpoint is off. It is canceled as soon as one is deleted, but may be retried by hand
 * at once, and then a worker may not know yet that it leads nowhere.
 */
const isKnownToBeAway = ({ state, since }: KnownEndpoint, now: number) =>
  state === 'off' || (state === 'deleted' && now > since + SEEN_WITHIN)

/** A 2xx that a living worker was told, and that no other attempt at the same time could have made void. */
const isKnownToBeTaken = ({ status, isTold, isOverlapped }: Sent) =>
  isTold && !isOverlapped && status !== null && status >= 200 && status <= 299

/** A secret that ends within this of now may sign or not: Postgres counts by its own clock. */
const NEAR = 5 * SECOND

/** One signature for each live secret, and none beside. */
function signatureFaults(sent: Sent, secrets: readonly KnownSecret[], now: number): string[] {
  const live = (at: number) => secrets.filter(({ expiresAt }) => expiresAt === null || expiresAt > at)
  const sign = ({ secret }: KnownSecret) =>
    new Webhook(secret).sign(sent.eventId, new Date(sent.timestamp * SECOND), sent.body.toString())

  const signatures = new Set(sent.signatures)
  const [required, allowed] = [live(now + NEAR).map(sign), new Set(live(now - NEAR).map(sign))]
  return [
    ...(signatures.size < sent.signatures.length ? ['signed twice with one secret'] : []),
    ...(required.some((signature) => !signatures.has(signature)) ? ['unsigned by a live secret'] : []),
    ...(sent.signatures.some((signature) => !allowed.has(signature)) ? ['signed by a dead secret'] : []),
  ]
}
