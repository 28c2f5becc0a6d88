/** One call of the API, as the generated code describes it, and what its caller may say besides. */

/** A request before it is sent. */
export interface Operation {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With its parameters in place, encoded; see `path`. */
  path: string
  query?: object
  /** Sent as JSON; undefined sends no body. */
  body?: unknown
  /** Whether it takes an `Idempotency-Key`: then it gets one, and is safe to send again. */
  keyed?: boolean
}

/** What a caller may say of any call. */
export interface RequestOptions {
  /** Ends the call, also while it waits to try again; it rejects with the signal's reason. */
  signal?: AbortSignal | undefined
  /** For each try, in milliseconds; the client's own unless told. */
  timeoutMs?: number | undefined
  /** How often it is tried again; the client's own unless told. */
  retries?: number | undefined
  /**
   * A key of your own for a call that creates: calls with the same key and the same body create once, within 24 hours,
   * from whatever process they come. Left out, each call has a key of its own.
   */
  idempotencyKey?: string | undefined
  /** Further headers. */
  headers?: Record<string, string> | undefined
}

/**
 * A path with its parameters encoded.
 * @throws TypeError for a parameter that would make it another path
 */
export function path(parts: TemplateStringsArray, ...parameters: string[]): string {
  return parts.reduce((done, part, index) => done + segment(parameters[index - 1]) + part)
}

function segment(text: string | undefined): string {
  // A URL parser takes dots for steps, encoded or not; nothing that has an id is called so.
  if (typeof text !== 'string' || text === '' || text === '.' || text === '..')
    throw new TypeError(`${JSON.stringify(text)} cannot be an id.`)
  return encodeURIComponent(text)
}

/** A query as text, with its question mark; empty without any. Lists repeat their name, what is undefined is left out. */
export function queryText(query: object = {}): string {
  const pairs = new URLSearchParams()
  for (const [name, value] of Object.entries(query))
    for (const one of Array.isArray(value) ? value : [value])
      if (one !== undefined) pairs.append(name, one instanceof Date ? one.toISOString() : String(one))
  const text = pairs.toString()
  return text === '' ? '' : `?${text}`
}
