/**
 * What routes share of their requests. A parameter in a path is named for what it finds; one that cannot be an id of it
 * is answered `404`, like any that is not there.
 */
import { z } from '@hono/zod-openapi'
import { type Id, type IdKind, isId } from '../ids.ts'
import { isTenantId, TENANT_ID_RULE } from '../tenants/tenant.ts'
import { withArticle } from './fault-words.ts'

/** The owner, in the path of everything that a tenant owns. */
export const tenantParam = z
  .string()
  .refine(isTenantId, `must be ${TENANT_ID_RULE}`)
  .openapi({ description: 'The id of the tenant.', example: 'acme' })

/** An id of ours, in a path, a query or a body. */
export function idOf<K extends IdKind>(kind: K) {
  const thing = nameInWords(kind)
  return z
    .string()
    .refine((text): text is Id<K> => isId(kind, text), `must be the id of ${withArticle(thing)}`)
    .openapi({ description: `The id of the ${thing}.` })
}

/** `portalSession` is a portal session. */
export const nameInWords = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

/** A moment: ISO 8601 with a time zone, e.g. `2027-03-01T12:00:00Z`. */
export const moment = z.iso
  .datetime({ offset: true, error: 'must be a time such as 2027-03-01T12:00:00Z' })
  .transform((text) => new Date(text))
  // Past the year 9999 by its time zone, or before 1 AD, a time has no spelling that Postgres reads.
  .refine((time) => time.getTime() >= 0 && time.getTime() < YEAR_10000, 'must be between 1970 and 9999')

const YEAR_10000 = Date.UTC(10_000, 0)

/** Any JSON value, but a value there must be. */
export const anyJson = z.unknown().refine((value) => value !== undefined, 'required')

/** The window of a list: by time of creation. */
export const windowQuery = {
  after: moment.optional().openapi({ description: 'Created at this time or later.' }),
  before: moment.optional().openapi({ description: 'Created before this time.' }),
}

/**
 * A JSON body. Unknown fields are refused when its schema is a `z.strictObject`: they are typing errors, mostly.
 * @example request: { params, headers: idempotencyHeaders, body: jsonBody(NewEndpoint) }
 */
export const jsonBody = <T extends z.ZodType>(schema: T, { required = true } = {}) => ({
  required,
  content: { 'application/json': { schema } },
})

/** For the document: what `answerOnce` reads. */
export const idempotencyHeaders = z.object({
  'Idempotency-Key': z.string().optional().openapi({
    description: 'Sent again with the same key within 24 hours, the same request gets the first answer.',
  }),
})

const MOST_METADATA = 50

/** A host's own notes on a thing: it is kept and shown, nothing else. */
export const metadata = z
  .record(z.string().min(1).max(40), z.string().max(500))
  .refine((notes) => Object.keys(notes).length <= MOST_METADATA, `must have ${MOST_METADATA} keys at most`)
  .openapi({
    description: `Up to ${MOST_METADATA} keys of 40 characters, with values of 500.`,
    example: { plan: 'gold' },
  })
