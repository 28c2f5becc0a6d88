/** The wire, the one part that is not real: it keeps what is sent, and answers, or not, as the test says. */
import type { Egress } from '../../src/egress/index.ts'
import { answered } from '../setup/outcome.ts'

/** A request that reached its receiver. */
export interface Sent {
  eventId: string
  url: string
  body: Buffer
  /** The values of `webhook-signature`. */
  signatures: string[]
  /** In seconds since the epoch. */
  timestamp: number
  /** Which life of a worker sent it. */
  life: number
  /** What the receiver answered; null: nothing yet. */
  status: number | null
  /** Whether a worker lives that was told the answer. */
  isTold: boolean
  /** Whether another request for the same delivery was under way at the same time: one of the two results is fenced off. */
  isOverlapped: boolean
}

/** What becomes of an answer: the worker gets it; it dies first; it does not come yet. */
export type Fate = 'told' | 'worker dies' | 'hangs'

/** A request under way, to be answered later. */
export interface Hanging {
  sent: Sent
  answer(): void
}

export interface Wire {
  /** All that was sent. */
  sent: Sent[]
  /** What each receiver answers: 204 unless told. */
  answers: Map<string, number>
  /** What becomes of answers from now on. */
  fate: Fate
  /** What has no answer yet. */
  hanging: Hanging[]
  /** The wire as one life of a worker sees it. @param onStuck told of each request whose answer does not come now */
  of(life: number, onStuck: () => void): Pick<Egress, 'send'>
}

/** @param onSent told of each request when it reaches its receiver */
export function createWire(onSent: (sent: Sent, earlier: readonly Sent[]) => void): Wire {
  const byDelivery = new Map<string, Sent[]>()
  const wire: Wire = { sent: [], answers: new Map(), fate: 'told', hanging: [], of }

  function record(sent: Sent) {
    const key = `${sent.eventId} ${sent.url}`
    const earlier = byDelivery.get(key) ?? []
    onSent(sent, earlier)
    for (const { sent: other } of wire.hanging)
      if (other.eventId === sent.eventId && other.url === sent.url)
        other.isOverlapped = sent.isOverlapped = true
    byDelivery.set(key, [...earlier, sent])
    wire.sent.push(sent)
  }

  function of(life: number, onStuck: () => void): Pick<Egress, 'send'> {
    return {
      send({ url, headers, body }) {
        const sent: Sent = {
          eventId: headers['webhook-id']!,
          url: `${url}`,
          body: Buffer.from(body),
          signatures: headers['webhook-signature']!.split(' '),
          timestamp: Number(headers['webhook-timestamp']),
          life,
          status: null,
          isTold: false,
          isOverlapped: false,
        }
        record(sent)
        const { fate } = wire
        return new Promise((resolve) => {
          const answer = () => {
            sent.status = wire.answers.get(sent.url) ?? 204
            sent.isTold = fate !== 'worker dies'
            if (sent.isTold) resolve(answered(sent.status))
          }
          if (fate === 'hangs') wire.hanging.push({ sent, answer })
          else answer()
          if (fate !== 'told') onStuck()
        })
      },
    }
  }
  return wire
}
