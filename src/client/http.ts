/** From an operation to its answer: sent, timed, tried again, read. */
import { pause, within } from './deadline.ts'
import { errorOfAnswer, RingbackError } from './error.ts'
import { type EventStream, followStream, type StreamedEvent, type StreamOptions } from './event-stream.ts'
import { newKey } from './new-key.ts'
import { type Operation, queryText, type RequestOptions } from './operation.ts'
import { createPages, type Pages } from './pages.ts'
import { delayBefore, type RetryPolicy } from './retry.ts'

/** What a client is made with. */
export interface ClientOptions {
  /** Where Ringback is, with the path that it is mounted under, if any: `https://callbacks.example.com`. */
  baseUrl: string | URL
  /** A key, or the token of a portal session; a function is asked before each try. Probes need none. */
  apiKey?: string | (() => string | Promise<string>) | undefined
  /** Sends requests; the platform's own unless told. */
  fetch?: typeof fetch | undefined
  /** For each try, in milliseconds; 30,000 unless told. */
  timeoutMs?: number | undefined
  /** How often a call is tried again after a failure that may pass; 3 unless told. */
  retries?: number | undefined
  /** The first delay before another try, about, in milliseconds; 500 unless told. It doubles from try to try. */
  retryDelayMs?: number | undefined
  /** Chance, from 0 to 1, for the delays; `Math.random` unless told. */
  random?: (() => number) | undefined
}

/** A way to read an answer's body; it has as long as the answer itself. */
type Reader<T> = (response: Response) => Promise<T>

/** A body that is JSON text already. */
export class JsonText {
  constructor(readonly text: string) {}
}

export class Http {
  readonly #baseUrl: string
  readonly #apiKey: ClientOptions['apiKey']
  readonly #fetch: typeof fetch | undefined
  readonly #timeoutMs: number
  readonly policy: RetryPolicy

  constructor(options: ClientOptions) {
    this.#baseUrl = String(new URL(options.baseUrl)).replace(/\/+$/, '')
    this.#apiKey = options.apiKey
    this.#fetch = options.fetch
    this.#timeoutMs = options.timeoutMs ?? 30_000
    this.policy = {
      retries: options.retries ?? 3,
      retryDelayMs: options.retryDelayMs ?? 500,
      random: options.random ?? Math.random,
    }
  }

  /** The JSON of the answer; undefined for an answer without a body. */
  json<T>(operation: Operation, options?: RequestOptions): Promise<T> {
    return this.#surely(operation, options, readJson<T>)
  }

  /** The text of the answer, for what is not JSON. */
  text(operation: Operation, options?: RequestOptions): Promise<string> {
    return this.#surely(operation, options, (response) => response.text())
  }

  /** A list, page by page as it is read. */
  pages<T>(operation: Operation, options?: RequestOptions): Pages<T> {
    return createPages((cursor) => {
      const query = cursor === undefined ? operation.query : { ...operation.query, cursor }
      return this.json({ ...operation, query: query ?? {} }, options)
    })
  }

  /** A stream of events, which goes on where it was broken off. */
  stream<T extends StreamedEvent>(operation: Operation, options: StreamOptions = {}): EventStream<T> {
    const open = async (lastEventId: string | undefined, signal: AbortSignal) => {
      const headers = {
        ...options.headers,
        accept: 'text/event-stream',
        ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
      }
      return this.#exchange(await this.#request(operation, headers, signal), async (response) => response)
    }
    return followStream<T>(open, { timeoutMs: this.#timeoutMs, ...options }, this.policy)
  }

  /** Tries until there is an answer of success, or no try left. */
  async #surely<T>(operation: Operation, options: RequestOptions = {}, read: Reader<T>): Promise<T> {
    const { signal, timeoutMs = this.#timeoutMs, retries = this.policy.retries } = options
    const headers = {
      ...(operation.keyed && { 'idempotency-key': options.idempotencyKey ?? newKey() }),
      ...options.headers,
    }
    for (let failures = 1; ; failures++) {
      try {
        return await within(timeoutMs, signal, async (until) =>
          this.#exchange(await this.#request(operation, headers, until), read),
        )
      } catch (error) {
        if (!(error instanceof RingbackError)) throw error
        if (isDoneBefore(operation, error, failures)) return undefined as T
        const delay = delayBefore(operation, error, failures, { ...this.policy, retries })
        if (delay === undefined) throw error
        await pause(delay, signal)
      }
    }
  }

  async #request(
    operation: Operation,
    further: Record<string, string>,
    signal: AbortSignal,
  ): Promise<[url: string, init: RequestInit]> {
    const { method, path, query, body } = operation
    const key = typeof this.#apiKey === 'function' ? await this.#apiKey() : this.#apiKey
    const headers = new Headers({ accept: 'application/json', ...further })
    if (key !== undefined) headers.set('authorization', `Bearer ${key}`)
    // The API redirects nobody: what does stands before it, and would turn a POST into a GET.
    const init: RequestInit = { method, headers, signal, redirect: 'manual' }
    if (body !== undefined) {
      headers.set('content-type', 'application/json')
      init.body = body instanceof JsonText ? body.text : JSON.stringify(body)
    }
    return [this.#baseUrl + path + queryText(query), init]
  }

  /** One try. A signal's reason passes as it is; whatever else breaks on the way is a `network_error`. */
  async #exchange<T>([url, init]: [string, RequestInit], read: Reader<T>): Promise<T> {
    try {
      const response = await (this.#fetch ?? fetch)(url, init)
      if (response.ok) return await read(response)
      throw errorOfAnswer(response.status, response.headers, await response.text(), Date.now())
    } catch (error) {
      if (error instanceof RingbackError || init.signal?.aborted) throw error
      throw new RingbackError('network_error', `No answer from ${url}: ${wordsOf(error)}.`, { cause: error })
    }
  }
}

async function readJson<T>(response: Response): Promise<T> {
  const text = await response.text()
  if (text === '') return undefined as T
  try {
    return JSON.parse(text) as T
  } catch (cause) {
    throw new RingbackError('answer_unreadable', 'The answer is not JSON; is this the address of Ringback?', {
      status: response.status,
      requestId: response.headers.get('x-request-id') ?? undefined,
      cause,
    })
  }
}

/** A deletion whose first try was done but not answered finds nothing at its second. */
const isDoneBefore = ({ method }: Operation, { status }: RingbackError, failures: number) =>
  method === 'DELETE' && status === 404 && failures > 1

/** Of `fetch failed`, the cause says more. */
function wordsOf(error: unknown): string {
  const { cause } = error as { cause?: unknown }
  return String((cause instanceof Error && cause.message) || (error as Error)?.message || error)
}
