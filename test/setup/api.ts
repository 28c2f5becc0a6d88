/** A caller of the HTTP API, as a host application would be one: it knows the contract, and nothing of the inside. */

/**
 * A call of the API.
 * @param body an object, or the JSON text itself where its very bytes matter
 * @returns the answer's JSON; `undefined` for an answer without a body
 * @throws ApiRefusal for any status but 2xx
 */
export type Api = <T = unknown>(
  method: string,
  path: string,
  body?: object | string,
  headers?: Record<string, string>,
) => Promise<T>

/** What the API refused, with its problem. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal'

  constructor(
    readonly status: number,
    readonly problem: { code?: string; detail?: string },
    call: string,
  ) {
    super(`${call} was answered ${status} ${JSON.stringify(problem)}`)
  }
}

/** Calls the API at `url` with `key`. */
export function createApi(url: string, key: string): Api {
  return async <T>(
    method: string,
    path: string,
    body?: object | string,
    headers: Record<string, string> = {},
  ) => {
    const response = await fetch(new URL(path, url), {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: typeof body === 'object' ? JSON.stringify(body) : (body ?? null),
    })
    const text = await response.text()
    if (!response.ok) throw new ApiRefusal(response.status, problemIn(text), `${method} ${path}`)
    return (text === '' ? undefined : JSON.parse(text)) as T
  }
}

function problemIn(text: string): { code?: string; detail?: string } {
  try {
    return JSON.parse(text) as { code?: string }
  } catch {
    return { detail: text.slice(0, 500) }
  }
}

/** All entries of a list, page by page. */
export async function listAll<T>(api: Api, path: string): Promise<T[]> {
  const found: T[] = []
  const separator = path.includes('?') ? '&' : '?'
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page: Page<T> = await api(
      'GET',
      `${path}${separator}limit=250${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
    )
    found.push(...page.data)
    cursor = page.nextCursor
  }
  return found
}

/** A page of a list. */
export interface Page<T> {
  data: T[]
  nextCursor: string | null
}

/** An endpoint as the API shows it; `secret` at its registration alone. */
export interface Endpoint {
  id: string
  url: string
  status: 'active' | 'paused' | 'failing' | 'disabled'
  disabledReason: 'gone' | 'failing' | 'manual' | null
  disabledAt: string | null
  secret: string
}

/** The answer to an event. */
export interface Accepted {
  id: string
  type: string
  tenantId: string
  createdAt: string
  deliveryCount: number
}

/** A delivery as the API shows it. */
export interface Delivery {
  id: string
  tenantId: string
  eventId: string
  eventType: string
  endpointId: string
  status: 'pending' | 'retrying' | 'held' | 'delivered' | 'failed' | 'canceled'
  attemptCount: number
  nextAttemptAt: string | null
  waitingFor: 'paused' | 'disabled' | 'circuit' | null
  createdAt: string
  completedAt: string | null
  lastAttempt: Attempt | null
}

/** An attempt as the API shows it. */
export interface Attempt {
  id: string
  deliveryId: string
  number: number
  trigger: 'automatic' | 'manual' | 'recovery' | 'test'
  startedAt: string
  durationMs: number
  succeeded: boolean
  error: string | null
  request: { url: string; headers: Record<string, string> }
  response: {
    status: number
    headers: Record<string, string | string[]>
    body: string
    truncated: boolean
  } | null
  timings: Record<'dnsMs' | 'connectMs' | 'tlsMs' | 'firstByteMs' | 'totalMs', number | null>
  remoteAddress: string | null
}
