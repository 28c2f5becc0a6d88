import type { Context, TypedResponse } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { JSONParsed } from 'hono/utils/types'

/** Answers JSON that is text already. @typeParam T what the text was made from */
export function answerText<T, S extends ContentfulStatusCode>(
  c: Context,
  text: string,
  status: S,
  headers: Record<string, string> = {},
): TypedResponse<JSONParsed<T>, S, 'json'> {
  const response: unknown = c.body(text, status, { 'Content-Type': 'application/json', ...headers })
  return response as TypedResponse<JSONParsed<T>, S, 'json'>
}
