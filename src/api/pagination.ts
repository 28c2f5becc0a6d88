/**
 * Lists by cursor. A cursor says where a page ended and is good for the list it came from alone: the same path with the
 * same filters. It carries a checksum, so that a changed one, or one of another list, is refused instead of giving a
 * page that looks right. It is no secret and grants nothing: the owner is part of every query anyway.
 */
import { createHash } from 'node:crypto'
import { z } from '@hono/zod-openapi'
import type { HonoRequest } from 'hono'
import { malformed } from '../errors.ts'
import { type Id, type IdKind, isId } from '../ids.ts'

const MOST = 250
const USUAL = 50

/** The part of a list's query that every list takes. */
export const pageQuery = {
  limit: z
    .preprocess(digitsAsNumber, z.int().min(1).max(MOST))
    .default(USUAL)
    .openapi({ description: 'The most entries in the answer.' }),
  cursor: z
    .preprocess(oneCursor, z.string())
    .optional()
    .openapi({ description: 'The `nextCursor` of the page before.' }),
}

/** Any other spelling of a number (`1e2`, `0x10`) stays text, which is refused. */
function digitsAsNumber(given: unknown): unknown {
  return typeof given === 'string' && /^\d+$/.test(given) ? Number(given) : given
}

/** Sent twice it is none that a list gave, like the empty text; `readPage` refuses both as a cursor. */
function oneCursor(given: unknown): unknown {
  return Array.isArray(given) ? '' : given
}

/** A page as it is answered. */
export const pageOf = <T extends z.ZodType>(entry: T) =>
  z.object({ data: z.array(entry), nextCursor: z.string().nullable() })

/** The page that is asked for; a key says where a row stands in its list. */
export interface Page<Key extends string> {
  /** How many rows to read: one more than are shown, which tells whether there is another page. */
  limit: number
  /** The key of the last row of the page before; undefined for the first page. */
  last: Key | undefined
  /** Cuts the rows to the page and adds the cursor of the next. */
  of<Row>(rows: readonly Row[], keyOf: (row: Row) => Key): { rows: Row[]; nextCursor: string | null }
}

/**
 * Reads which page is asked for.
 * @param query as validated with `pageQuery`
 * @param isKey whether a text can be a key of this list: a checksum can be made by anybody
 * @throws RingbackError `cursor_invalid`
 */
export function readPage<Key extends string>(
  req: HonoRequest,
  query: { limit: number; cursor?: string | undefined },
  isKey: (text: string) => text is Key,
): Page<Key> {
  const list = listId(req)
  return {
    limit: query.limit + 1,
    last: query.cursor === undefined ? undefined : openCursor(list, query.cursor, isKey),
    of(rows, keyOf) {
      const shown = rows.slice(0, query.limit)
      const end = shown.at(-1)
      return {
        rows: shown,
        nextCursor: end && rows.length > shown.length ? makeCursor(list, keyOf(end)) : null,
      }
    },
  }
}

/** For `readPage`: the rows of this list are known by their id. */
export const byId =
  <K extends IdKind>(kind: K) =>
  (text: string): text is Id<K> =>
    isId(kind, text)

/** The same for every page of one list: its path and filters. */
function listId(req: HonoRequest): string {
  const filters = new URL(req.url).searchParams
  filters.delete('limit')
  filters.delete('cursor')
  filters.sort()
  return `${req.path}?${filters}`
}

/** Changes when cursors change their form, so that old ones are refused and not misread. */
const VERSION = 1
const CHECK_BYTES = 8

function makeCursor(list: string, key: string): string {
  return Buffer.concat([Buffer.of(VERSION), checksum(list, key), Buffer.from(key)]).toString('base64url')
}

function openCursor<Key extends string>(
  list: string,
  cursor: string,
  isKey: (text: string) => text is Key,
): Key {
  const key = Buffer.from(cursor, 'base64url')
    .subarray(1 + CHECK_BYTES)
    .toString()
  // Made again, it must come out the same: that covers version, checksum and spelling at once.
  if (makeCursor(list, key) === cursor && isKey(key)) return key
  throw malformed(
    'cursor_invalid',
    'The cursor is not one of this list. Leave it out to begin at the first page.',
  )
}

function checksum(list: string, key: string): Buffer {
  return createHash('sha256').update(`${list}\n${key}`).digest().subarray(0, CHECK_BYTES)
}
