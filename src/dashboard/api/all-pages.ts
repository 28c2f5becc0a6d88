import { ask, type Query } from './client.ts'
import type { Page } from './shapes.ts'

export type { Query }

/** As many as a list takes at once. */
const LIMIT = 250
/** What a person picks from is no longer than this. */
const MOST_PICKED = 1_000

/** The whole of a short list: a thousand entries at most. */
export async function allPages<T>(path: string, signal: AbortSignal): Promise<T[]> {
  return (await readAll<T>(path, {}, MOST_PICKED, signal)).rows
}

/** A list from its beginning, page by page. @param most so many at most @returns `isAll`: whether nothing was left */
export async function readAll<T>(
  path: string,
  query: Query,
  most: number,
  signal?: AbortSignal,
): Promise<{ rows: T[]; isAll: boolean }> {
  const rows: T[] = []
  let cursor: string | undefined
  while (rows.length < most) {
    const page: Page<T> = await ask<Page<T>>('GET', path, {
      query: { ...query, limit: LIMIT, cursor },
      ...(signal ? { signal } : {}),
    })
    rows.push(...page.data)
    if (!page.nextCursor) return { rows, isAll: true }
    cursor = page.nextCursor
  }
  return { rows: rows.slice(0, most), isAll: false }
}
