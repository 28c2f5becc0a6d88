/**
 * Streams of events over HTTP, which go on where they were broken off: what came last is named to the server, which sends
 * what came after. Source: WHATWG HTML, section 9.2, "Server-sent events".
 */
import { pause } from './deadline.ts'
import { RingbackError } from './error.ts'
import type { RequestOptions } from './operation.ts'
import { backoffMs, mayPass, type RetryPolicy } from './retry.ts'
import { createStreamParser, type StreamPart } from './stream-parser.ts'

/** One event of a stream. */
export interface StreamedEvent<T = unknown> {
  /** Goes on after this event, when it is given as `lastEventId`; empty where the server gave none. */
  id: string
  /** Its name; `message` unless the server says otherwise. */
  event: string
  data: T
}

/** Events as they come, until the reader leaves the loop, a signal ends it, or the server says that there are no more. */
export type EventStream<T extends StreamedEvent> = AsyncIterable<T>

/** What a caller may say of a stream. */
export interface StreamOptions extends Omit<RequestOptions, 'idempotencyKey'> {
  /** Begin after this event. */
  lastEventId?: string | undefined
  /**
   * How long nothing may come, not even a comment, before the line counts as broken, in milliseconds; 60,000 unless told.
   */
  idleMs?: number | undefined
}

/** Asks for the stream, from after the event of this id. */
type Open = (lastEventId: string | undefined, signal: AbortSignal) => Promise<Response>

/** 204: the server has no more, and asks not to be asked again. */
const NO_MORE = 204

/** @param options.retries how often in a row it is tried in vain; without end unless told */
export function followStream<T extends StreamedEvent>(
  open: Open,
  options: StreamOptions & { timeoutMs: number | undefined },
  policy: Omit<RetryPolicy, 'retries'>,
): EventStream<T> {
  const { signal, retries = Number.POSITIVE_INFINITY } = options

  return {
    async *[Symbol.asyncIterator]() {
      let lastEventId = options.lastEventId
      let askedDelayMs = 0
      for (let failures = 0; ; ) {
        try {
          for await (const part of connect(open, lastEventId, options)) {
            failures = 0
            if (part === NO_MORE) return
            if ('retryMs' in part) askedDelayMs = part.retryMs
            else if ('seenId' in part) lastEventId = part.seenId
            else {
              if (part.id !== '') lastEventId = part.id
              yield { id: part.id, event: part.event, data: parsed(part.data) } as T
            }
          }
        } catch (error) {
          if (!(error instanceof RingbackError) || !mayPass(error) || failures >= retries) throw error
          askedDelayMs = Math.max(askedDelayMs, error.retryAfterMs ?? 0)
        }
        if (failures >= retries) return
        await pause(Math.max(askedDelayMs, backoffMs(++failures, policy)), signal)
      }
    },
  }
}

/** One connection, from its opening to its end. */
async function* connect(
  open: Open,
  lastEventId: string | undefined,
  { signal, timeoutMs = 30_000, idleMs = 60_000 }: StreamOptions,
): AsyncGenerator<StreamPart | typeof NO_MORE, void, void> {
  const line = createLine(signal)
  try {
    line.expect(timeoutMs)
    const response = await open(lastEventId, line.signal)
    if (response.status === NO_MORE || !response.body) return yield NO_MORE
    if (!response.headers.get('content-type')?.startsWith('text/event-stream'))
      throw new RingbackError('answer_unreadable', 'The answer is not a stream of events.', {
        status: response.status,
      })
    const parser = createStreamParser()
    const reader = response.body.getReader()
    for (;;) {
      line.expect(idleMs)
      const { done, value } = await reader.read()
      if (done) return
      yield* parser.push(value)
    }
  } catch (error) {
    if (line.signal.aborted) throw line.signal.reason
    if (error instanceof RingbackError) throw error
    throw new RingbackError('network_error', 'The stream broke off.', { cause: error })
  } finally {
    // Also when the reader leaves the loop: the connection ends with it.
    line.end()
  }
}

/** A signal that ends with the caller's own, or when what is expected does not come in time. */
function createLine(signal: AbortSignal | undefined) {
  const controller = new AbortController()
  const end = () => controller.abort(signal?.reason)
  let timer: ReturnType<typeof setTimeout> | undefined
  signal?.throwIfAborted()
  signal?.addEventListener('abort', end, { once: true })
  return {
    signal: controller.signal,
    expect(withinMs: number) {
      clearTimeout(timer)
      timer = setTimeout(() => {
        controller.abort(new RingbackError('timeout', `Nothing came within ${withinMs} ms.`))
      }, withinMs)
    },
    end() {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      controller.abort()
    },
  }
}

/** JSON where it is some; otherwise the text. */
function parsed(data: string): unknown {
  try {
    return JSON.parse(data)
  } catch {
    return data
  }
}
