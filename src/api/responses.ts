/** What routes share of their answers, as the document shows it. */
import { z } from '@hono/zod-openapi'

/** How every error is answered; made in `problem.ts`. */
export const ProblemBody = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().openapi({ description: 'For people; may change.' }),
    code: z.string().openapi({ description: 'For programs; stable.', example: 'validation_failed' }),
    errors: z.array(
      z.object({
        path: z.string().openapi({ example: 'subscriptions[0].eventTypes' }),
        message: z.string(),
      }),
    ),
  })
  .openapi('Problem')

/** A moment as it is shown: ISO 8601 in UTC with milliseconds, as `Date` writes itself. */
export const shownMoment = z.iso.datetime().openapi({ example: '2027-03-01T12:00:00.000Z' })

/** A JSON answer. */
export const json = <T extends z.ZodType>(schema: T, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})

const DESCRIPTIONS = {
  400: 'Cannot be read.',
  401: 'No key, or not a good one.',
  403: 'The key may not do this.',
  404: "Absent, or another tenant's.",
  409: 'Not in a state that allows it, or the first request with this Idempotency-Key is still running.',
  413: 'Larger than allowed.',
  415: 'Not declared to be JSON.',
  422: 'Well-formed, but refused.',
  429: 'Beyond a limit; `Retry-After` says when to ask again.',
  500: 'A fault of Ringback.',
  503: 'The database is away; `Retry-After` says when to ask again.',
} as const

/** Every route can be answered so. */
const ALWAYS = [401, 403, 429, 500, 503] as const

const BODY = { 'application/problem+json': { schema: ProblemBody } }

/**
 * The errors that a route answers besides the ones that every route does.
 * @example responses: { 200: json(Delivery, 'The delivery.'), ...problems(404, 409) }
 */
export function problems<S extends keyof typeof DESCRIPTIONS>(...statuses: S[]) {
  const entries = [...ALWAYS, ...statuses].map((status) => [
    status,
    { description: DESCRIPTIONS[status], content: BODY },
  ])
  return Object.fromEntries(entries) as Record<never, never>
}
