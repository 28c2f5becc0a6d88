import { ask } from './client.ts'
import type { Page } from './shapes.ts'

/** As many as a list takes at once. */
const LIMIT = 250
/** What a person picks from is no longer than this. */
const MOST_PAGES = 4

/** The whole of a short list: a thousand entries at most. */
export async function allPages<T>(path: string, signal: AbortSignal): Promise<T[]> {
  const all: T[] = []
  let cursor: string | null = null
  for (let page = 0; page < MOST_PAGES; page++) {
    const answer: Page<T> = await ask<Page<T>>('GET', path, {
      query: { limit: LIMIT, ...(cursor === null ? {} : { cursor }) },
      signal,
    })
    all.push(...answer.data)
    cursor = answer.nextCursor
    if (!cursor) break
  }
  return all
}
