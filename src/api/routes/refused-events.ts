import { z } from '@hono/zod-openapi'
import { notFound } from '../../errors.ts'
import { resolveRefused } from '../../handovers/resolve.ts'
import { type HandoverRow, listRefused } from '../../handovers/store.ts'
import { addRoute } from '../add-route.ts'
import { by } from '../by.ts'
import type { Api, ApiNeeds } from '../needs.ts'
import { pageOf, pageQuery, readPage } from '../pagination.ts'
import { json, ProblemBody, problems, shownMoment } from '../responses.ts'
import { createRoute } from '../route.ts'

const tags = ['Events']
const NUMBER = /^[1-9]\d{0,17}$/

const one = z.object({
  refusedEvent: z.string().regex(NUMBER).openapi({ description: 'The number of the refused event.' }),
})

const RefusedHandover = z
  .object({
    id: z.string(),
    tenantId: z.string(),
    event: z.unknown().openapi({ description: 'As the host left it.' }),
    problem: ProblemBody.pick({ status: true, code: true, detail: true, errors: true }),
    createdAt: shownMoment,
    refusedAt: shownMoment,
  })
  .openapi('RefusedHandover')

const list = createRoute({
  operationId: 'listRefusedEvents',
  scope: 'admin',
  summary: 'List events that were handed over in a transaction of the host and refused, newest first',
  tags,
  method: 'get',
  path: '/v1/refused-events',
  request: { query: z.strictObject(pageQuery) },
  responses: { 200: json(pageOf(RefusedHandover), 'A page of refused events.'), ...problems(400, 422) },
})

const retry = createRoute({
  operationId: 'retryRefusedEvent',
  scope: 'admin',
  summary: 'Try a refused event again',
  description: 'Within moments it is accepted, or refused again.',
  tags,
  method: 'post',
  path: '/v1/refused-events/{refusedEvent}/retry',
  request: { params: one },
  responses: { 204: { description: 'It is tried again.' }, ...problems(404) },
})

const discard = createRoute({
  operationId: 'discardRefusedEvent',
  scope: 'admin',
  summary: 'Discard a refused event',
  tags,
  method: 'delete',
  path: '/v1/refused-events/{refusedEvent}',
  request: { params: one },
  responses: { 204: { description: 'It is gone.' }, ...problems(404) },
})

/** What was handed over in a transaction of the host and cannot be accepted: look, try again, discard. */
export function refusedEventRoutes(api: Api, { db }: ApiNeeds): void {
  addRoute(api, list, async (c) => {
    const page = readPage(c.req, c.req.valid('query'), isNumber)
    const olderThan = page.last === undefined ? undefined : BigInt(page.last)
    const found = await listRefused(db, { olderThan, limit: page.limit })
    const { rows, nextCursor } = page.of(found, (row) => String(row.seq))
    return c.json({ data: rows.map(show), nextCursor }, 200)
  })

  addRoute(api, retry, async (c) => {
    await resolve(BigInt(c.req.valid('param').refusedEvent), 'retried', by(c))
    return c.body(null, 204)
  })

  addRoute(api, discard, async (c) => {
    await resolve(BigInt(c.req.valid('param').refusedEvent), 'discarded', by(c))
    return c.body(null, 204)
  })

  async function resolve(number: bigint, how: 'retried' | 'discarded', actor: ReturnType<typeof by>) {
    const found = await db.transaction((tx) => resolveRefused(tx, { by: actor }, number, how))
    if (!found) throw notFound('refused event')
  }
}

const isNumber = (text: string): text is string => NUMBER.test(text)

function show(row: HandoverRow): z.infer<typeof RefusedHandover> {
  return {
    id: String(row.seq),
    tenantId: row.tenantId,
    event: parsed(row.event),
    problem: row.problem!,
    createdAt: row.createdAt.toISOString(),
    refusedAt: row.refusedAt!.toISOString(),
  }
}

/** A host may have written what is none. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
