/** The one way to the API: the same public routes that everybody uses, with the session's cookie. */
import { settings } from '../settings.ts'

/** What the API said no with (RFC 9457). */
export class ApiProblem extends Error {
  override name = 'ApiProblem'
  constructor(
    readonly status: number,
    /** Stable, for programs and for support. */
    readonly code: string,
    detail: string,
    readonly errors: { path: string; message: string }[] = [],
  ) {
    super(detail)
  }
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
export type Query = Record<string, string | number | boolean | undefined>

/** Sent with every request: which of the two cookies is meant, and that a page of ours asks. */
export const FACE_HEADER = { 'Ringback-Face': settings.face }

/** The address of a path of the API. */
export function apiUrl(path: string, query: Query = {}): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== '') search.set(name, `${value}`)
  return `${settings.prefix}${path}${search.size > 0 ? `?${search}` : ''}`
}

/**
 * Asks the API.
 * @returns what it answers; undefined for an empty answer
 * @throws ApiProblem with its words; code `unreachable` when no answer came
 */
export async function ask<T>(
  method: Method,
  path: string,
  { body, query, signal }: { body?: unknown; query?: Query; signal?: AbortSignal } = {},
): Promise<T> {
  const response = await answer(apiUrl(path, query), {
    method,
    headers: { ...FACE_HEADER, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  })
  if (response.status === 204) return undefined as T
  return (await response.json()) as T
}

/** Asks for text as it is: the exact bytes of an event. */
export async function askText(path: string, signal?: AbortSignal): Promise<string> {
  return (await answer(apiUrl(path), { headers: FACE_HEADER, ...(signal ? { signal } : {}) })).text()
}

async function answer(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new ApiProblem(0, 'unreachable', 'The server did not answer. Is it running, and are you online?')
  })
  if (response.ok) return response
  throw await problemOf(response)
}

/** @returns the problem that an answer tells of, also where a proxy answered in its own words */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const problem = await response.json().catch(() => ({}))
  const { code = `http_${response.status}`, detail = `The server answered ${response.status}.` } = problem
  return new ApiProblem(response.status, code, detail, problem.errors)
}
