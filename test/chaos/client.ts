/** A host application that means it: it emits each event again and again, under one idempotency key, until it hears 202. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Accepted } from '../setup/api.ts'

/** An event that was answered 202. */
export interface Emitted {
  /** The client's own number of it. */
  n: number
  id: string
  /** When the answer came, in milliseconds since the epoch. */
  acceptedAt: number
  /** How long the request took that was answered so, in milliseconds. */
  tookMs: number
}

/** What the client is to do. */
export interface EmitOptions {
  /** Where the API is; or several, of which the next is tried at once when one refuses the connection. */
  url: string | readonly string[]
  key: string
  tenant: string
  /** How many events. */
  events: number
  /** The number of the first; 0 unless told. Numbers are keys too: one that was used is the same event. */
  from?: number
  /** The type of each; `chaos` unless told. */
  typeOf?: (n: number) => string
  /** So many a second at most; as fast as it goes unless told. */
  rate?: number
  /** Whether an event must not be emitted yet, however late it is. */
  isHeld?: (n: number) => boolean
  /** Requests at once; 16 unless told. */
  lanes?: number
  onAccepted?: (emitted: Emitted) => void
  /** Told of each answer but 202, and of each request without one. */
  onRefused?: (why: string) => void
  signal?: AbortSignal
}

/** Longer than the API lets a request wait for Postgres; then the key makes it safe to ask again. */
const ANSWER_WITHIN_MS = 15_000

/** Soon, so that no outage is missed; not at once, so that the client is not what keeps the machine busy. */
const AGAIN_AFTER_MS = 50

/**
 * Emits all; resolves when each is accepted.
 * @throws Error on an answer that no repetition would change, and when `signal` is aborted
 */
export async function emitAll(options: EmitOptions): Promise<Emitted[]> {
  const { events, from = 0, rate = Number.POSITIVE_INFINITY, lanes = 16, isHeld, onAccepted } = options
  const emitted: Emitted[] = []
  const began = Date.now()
  let next = from

  async function lane() {
    while (next < from + events) {
      const n = next++
      await pause(Math.max(0, began + ((n - from) * 1_000) / rate - Date.now()))
      while (isHeld?.(n) && !options.signal?.aborted) await pause(AGAIN_AFTER_MS)
      const { id, tookMs } = await emitSurely(options, n)
      const one = { n, id, acceptedAt: Date.now(), tookMs }
      emitted.push(one)
      onAccepted?.(one)
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return emitted.sort((a, b) => a.n - b.n)
}

async function emitSurely(options: EmitOptions, n: number): Promise<Accepted & { tookMs: number }> {
  for (;;) {
    options.signal?.throwIfAborted()
    const asked = performance.now()
    const answer = await emitAnywhere(options, n)
    if (typeof answer !== 'string') return { ...answer, tookMs: performance.now() - asked }
    options.onRefused?.(answer)
    await pause(AGAIN_AFTER_MS)
  }
}

/** Asks one after the other until a connection is made; each number begins with another, as a balancer would. */
async function emitAnywhere(options: EmitOptions, n: number): Promise<Accepted | string> {
  const urls = [options.url].flat()
  let answer: Accepted | string = REFUSED
  for (let i = 0; i < urls.length && answer === REFUSED; i++)
    answer = await emitOnce(options, urls[(n + i) % urls.length]!, n)
  return answer
}

/** Nobody listens there. */
const REFUSED = 'connection refused'

/** @returns the answer, or in a word why there is none that counts */
async function emitOnce(
  { key, tenant, typeOf = () => 'chaos' }: EmitOptions,
  url: string,
  n: number,
): Promise<Accepted | string> {
  try {
    const response = await fetch(new URL(`/v1/tenants/${tenant}/events`, url), {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'idempotency-key': `event-${n}`,
      },
      body: JSON.stringify({ type: typeOf(n), data: { n } }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    })
    const text = await response.text()
    if (response.status === 202) return JSON.parse(text) as Accepted
    // In hand elsewhere (409), or not now (5xx); anything else is a mistake, and will stay one.
    if (response.status !== 409 && response.status < 500) throw new Refusal(`${response.status} ${text}`)
    return `${response.status}`
  } catch (error) {
    if (error instanceof Refusal) throw error
    if (((error as Error).cause as { code?: string } | undefined)?.code === 'ECONNREFUSED') return REFUSED
    return 'no answer'
  }
}

/** An answer that no repetition would change. */
class Refusal extends Error {
  override readonly name = 'Refusal'
}
