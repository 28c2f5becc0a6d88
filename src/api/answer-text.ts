import type { Context, TypedResponse } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { JSONParsed } from 'hono/utils/types'

/** Answers JSON that is text, or bytes, already. @typeParam T what the text was made from */
export function answerText<T, S extends ContentfulStatusCode>(
  c: Context,
  text: string | Buffer,
  status: S,
  headers: Record<string, string> = {},
): TypedResponse<JSONParsed<T>, S, 'json'> {
  const body = typeof text === 'string' ? text : new Uint8Array(text)
  const response: unknown = c.body(body, status, { 'Content-Type': 'application/json', ...headers })
  return response as TypedResponse<JSONParsed<T>, S, 'json'>
}
