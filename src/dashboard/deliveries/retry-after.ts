import type { Attempt } from '../api/shapes.ts'

/** What a receiver asked for by `Retry-After`, where that counts: with 429 and 503. */
export function retryAfterOf(attempt: Attempt | null | undefined): string | undefined {
  const { status, headers = {} } = attempt?.response ?? {}
  if (status !== 429 && status !== 503) return undefined
  const [, value] = Object.entries(headers).find(([name]) => name.toLowerCase() === 'retry-after') ?? []
  const text = Array.isArray(value) ? value[0] : value
  if (!text) return undefined
  return /^\d+$/.test(text) ? `${text} s` : text
}
