import type { MiddlewareHandler } from 'hono'

/**
 * Answers are data, read by programs: no browser should run, frame, guess at or keep them. A page sets its own policy.
 * Set before the route runs, when a header costs least.
 */
export const PLAIN_HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
}

/** Sets them on every answer. */
export function plainHeaders(): MiddlewareHandler {
  return (c, next) => {
    for (const [name, value] of Object.entries(PLAIN_HEADERS)) c.header(name, value)
    return next()
  }
}
