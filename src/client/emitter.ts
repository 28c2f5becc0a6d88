/**
 * Many events in few requests: what is emitted within a short time goes together, and what cannot be sent now is kept and
 * tried again, each batch under one idempotency key, so that no event is lost and none is accepted twice.
 */
import { type AnyEvents, checkedData, type EventName, type Validators } from './catalogue.ts'
import { pause } from './deadline.ts'
import { errorOfProblem, RingbackError } from './error.ts'
import type { EventOptions } from './events.ts'
import type { AcceptedEvent, RefusedEvent } from './generated/schemas.ts'
import { type Http, JsonText } from './http.ts'
import { newKey } from './new-key.ts'
import { backoffMs, isOfContent, mayPass } from './retry.ts'

/** What an emitter is made with. */
export interface EmitterOptions {
  /** The most events in a request; 500 unless told, 1,000 at most. */
  maxBatch?: number | undefined
  /** How long an event may wait for others to go with, in milliseconds; 5 unless told. */
  maxWaitMs?: number | undefined
  /** The most events that are not settled yet, in memory; 10,000 unless told. Further ones wait outside. */
  maxPending?: number | undefined
  /** How often a batch is tried again; 30 unless told, with growing delays some five minutes. */
  retries?: number | undefined
}

/** Takes events and sends them in batches. */
export interface Emitter<Catalogue = AnyEvents> {
  /**
   * Emits an event with others. While the emitter is full it waits for room first.
   * @returns once this event is accepted
   * @throws RingbackError what became of this event alone, e.g. `schema_violation`; or of its batch, when no try is left
   */
  emit<Type extends EventName<Catalogue>>(
    tenant: string,
    type: Type,
    data: Catalogue[Type],
    options?: EventOptions,
  ): Promise<AcceptedEvent>
  /** Resolves when there is room: await it before each `emit` whose own promise you do not await. */
  ready(): Promise<void>
  /** Sends what waits, and resolves once all that was emitted before is settled: accepted, or failed. */
  flush(): Promise<void>
  /** Flushes, and takes no more events. */
  close(): Promise<void>
  /** Events that are not settled yet. */
  readonly pending: number
}

/** Below the 4 MiB that a request may have. */
const MOST_BYTES = 3_500_000

interface Item {
  text: string
  bytes: number
  resolve(accepted: AcceptedEvent): void
  reject(error: unknown): void
}

/** See `Ringback.emitter`. */
export function createEmitter<Catalogue>(
  http: Http,
  validators: Validators<Catalogue> | undefined,
  options: EmitterOptions = {},
): Emitter<Catalogue> {
  const { maxBatch = 500, maxWaitMs = 5, maxPending = 10_000, retries = 30 } = options
  const encoder = new TextEncoder()
  /** Taken in, and not sent. */
  let queue: Item[] = []
  /** Taken in, and not settled. */
  let pending = 0
  /** Those that wait for room, in order. */
  const outside: (() => void)[] = []
  /** Calls of `emit` that have not ended. */
  const calls = new Set<Promise<unknown>>()
  let isSending = false
  /** Flushes under way: while there are some, nothing waits for others to go with. */
  let flushes = 0
  let isClosed = false
  let timer: ReturnType<typeof setTimeout> | undefined

  async function take(tenant: string, type: string, data: unknown, about: EventOptions) {
    await enter()
    try {
      const event = { tenant, type, data: await checkedData(validators, type, data), ...about }
      const text = JSON.stringify(event)
      return await new Promise<AcceptedEvent>((resolve, reject) => {
        queue.push({ text, bytes: encoder.encode(text).length, resolve, reject })
        schedule()
      })
    } finally {
      leave()
    }
  }

  /** Whoever leaves hands its place to the first outside, so that nobody who comes later gets it. */
  async function enter(): Promise<void> {
    if (pending < maxPending) pending++
    else await new Promise<void>((resolve) => outside.push(resolve))
  }

  function leave(): void {
    const next = outside.shift()
    if (next) next()
    else pending--
  }

  function schedule(): void {
    if (isSending || queue.length === 0) return
    if (flushes > 0 || queue.length >= maxBatch) void send()
    else timer ??= setTimeout(send, maxWaitMs)
  }

  async function send(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    if (isSending) return
    isSending = true
    await deliver(nextBatch())
    isSending = false
    schedule()
  }

  function nextBatch(): Item[] {
    let bytes = 0
    const tooMuch = queue.findIndex((item, index) => {
      bytes += item.bytes
      return index === maxBatch || (index > 0 && bytes > MOST_BYTES)
    })
    const size = tooMuch === -1 ? queue.length : tooMuch
    const batch = queue.slice(0, size)
    queue = queue.slice(size)
    return batch
  }

  /** Settles every item of the batch. */
  async function deliver(items: Item[]): Promise<void> {
    let idempotencyKey = newKey()
    for (let failures = 1; ; failures++) {
      let left: Item[]
      let error: RingbackError
      try {
        const outcomes = await post(items, idempotencyKey)
        const troubled = items.flatMap((item, index) => settle(item, outcomes[index]) ?? [])
        if (troubled.length === 0) return
        error = troubled[0]!.error
        left = troubled.map(({ item }) => item)
        // Under its key, what failed inside is tried again and the rest keeps its answer. A limit's refusal is an answer
        // too: what it struck needs another key.
        if (troubled.every((one) => one.error.status === 429)) {
          idempotencyKey = newKey()
          items = left
        }
      } catch (thrown) {
        error = thrown instanceof RingbackError ? thrown : new RingbackError('network_error', String(thrown))
        left = items
        // What one event holds is no fault of the others.
        if (isOfContent(error) && items.length > 1) return deliverHalves(items)
        if (!mayPass(error)) failures = retries + 1
      }
      if (failures > retries) {
        for (const item of left) item.reject(error)
        return
      }
      await pause(Math.max(backoffMs(failures, http.policy), error.retryAfterMs ?? 0), undefined)
    }
  }

  /** In order: in the end the event at fault is alone. */
  async function deliverHalves(items: Item[]): Promise<void> {
    const middle = Math.ceil(items.length / 2)
    await deliver(items.slice(0, middle))
    await deliver(items.slice(middle))
  }

  async function post(items: Item[], idempotencyKey: string) {
    const body = new JsonText(`{"events":[${items.map(({ text }) => text).join(',')}]}`)
    const operation = { method: 'POST', path: '/v1/events', body, keyed: true } as const
    const answer = await http.json<{ data: (AcceptedEvent | RefusedEvent)[] }>(operation, {
      idempotencyKey,
      retries: 0,
    })
    return answer.data
  }

  /** @returns the item with its error, when another try may go better */
  function settle(item: Item, outcome: AcceptedEvent | RefusedEvent | undefined) {
    if (outcome && !('error' in outcome)) return void item.resolve(outcome)
    const error = outcome
      ? errorOfProblem(outcome.error)
      : new RingbackError('answer_unreadable', 'The answer does not tell of every event.')
    if (mayPass(error)) return { item, error }
    item.reject(error)
  }

  async function flush(): Promise<void> {
    flushes++
    schedule()
    await Promise.allSettled([...calls])
    flushes--
  }

  return {
    async emit(tenant, type, data, about = {}) {
      if (isClosed) throw new RingbackError('emitter_closed', 'The emitter is closed.')
      const call = take(tenant, type, data, about)
      calls.add(call)
      const forget = () => calls.delete(call)
      call.then(forget, forget)
      return call
    },
    async ready() {
      await enter()
      leave()
    },
    flush,
    close() {
      isClosed = true
      return flush()
    },
    get pending() {
      return pending
    },
  }
}
