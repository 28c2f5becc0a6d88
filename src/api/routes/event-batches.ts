import { z } from '@hono/zod-openapi'
import type { Caller } from '../../access/caller.ts'
import type { IdempotentRequest } from '../../access/idempotency-key.ts'
import { fingerprintOf, parseIdempotencyKey } from '../../access/idempotency-key.ts'
import { notFound, tooLarge } from '../../errors.ts'
import { elementSlices, memberSlices } from '../../events/raw-json.ts'
import { addRawRoute } from '../add-route.ts'
import { type JsonBody, MOST_BYTES } from '../json-body.ts'
import type { Api, ApiNeeds } from '../needs.ts'
import { type Problem, problemOf } from '../problem.ts'
import { NewBatchEvent, readBatchEvent } from '../read-event.ts'
import { idempotencyHeaders, jsonBody } from '../requests.ts'
import { json, ProblemBody, problems } from '../responses.ts'
import { createRoute } from '../route.ts'
import { AcceptedEvent, showAccepted } from '../shapes/event.ts'
import { invalid } from '../validation.ts'

/** As many as share a few commits; more would keep a client waiting for all of them. */
const MOST_EVENTS = 1_000

const Batch = z.strictObject({ events: z.array(NewBatchEvent).max(MOST_EVENTS) }).openapi('EventBatch')

/** The batch alone: each event is read by itself, so that a bad one does not spoil the others. */
const Envelope = z.strictObject({ events: z.array(z.unknown()).max(MOST_EVENTS) })

const Refused = z.object({ error: ProblemBody }).openapi('RefusedEvent')

const emitBatch = createRoute({
  operationId: 'emitEvents',
  scope: 'emit',
  tenantIn: 'body',
  summary: 'Emit up to 1,000 events, of any tenants',
  description:
    'Each event is accepted or refused on its own; the answers are in the order of the events. With an Idempotency-Key each ' +
    'event has a key of its own: its place in the batch. Sent again, accepted ones get their first answer, refused ones ' +
    'are tried again.',
  tags: ['Events'],
  method: 'post',
  path: '/v1/events',
  request: { headers: idempotencyHeaders, body: jsonBody(Batch) },
  responses: {
    202: json(z.object({ data: z.array(z.union([AcceptedEvent, Refused])) }), 'What became of each event.'),
    ...problems(400, 413, 415, 422),
  },
})

/** One event of a batch, as it came. */
interface Item {
  value: unknown
  text: string
  idempotency: IdempotentRequest | undefined
}

/** What became of one; the error itself is for the log. */
type Outcome = { shown: z.infer<typeof AcceptedEvent> } | { problem: Problem; error: unknown }

/** Events of many tenants in one request. */
export function eventBatchRoutes(api: Api, { events, log }: ApiNeeds): void {
  addRawRoute(api, emitBatch, async (c) => {
    const caller = c.get('caller')
    const key = parseIdempotencyKey(c.req.header('Idempotency-Key'))
    const items = itemsOf(c.get('body'), (text, index) => {
      if (key === undefined) return undefined
      return {
        owner: caller.owner,
        key: `${key}/${index}`,
        fingerprint: fingerprintOf('POST', c.req.path, text),
      }
    })
    const outcomes = await Promise.all(items.map((item) => accept(caller, item)))
    raise(outcomes, c.get('requestId'))
    return c.json({ data: outcomes.map((one) => ('shown' in one ? one.shown : { error: one.problem })) }, 202)
  })

  async function accept(caller: Caller, { value, text, idempotency }: Item): Promise<Outcome> {
    try {
      if (Buffer.byteLength(text) > MOST_BYTES)
        throw tooLarge(`The event is larger than ${MOST_BYTES / 1024} KiB.`)
      const event = readBatchEvent(text, value)
      if (caller.tenantId !== null && event.tenantId !== caller.tenantId) throw notFound('tenant')
      return { shown: showAccepted(await events.accept({ ...event, idempotency })) }
    } catch (error) {
      return { problem: problemOf(error), error }
    }
  }

  /** What is our fault is logged. When it struck them all, it is the answer to the whole: nothing was accepted. */
  function raise(outcomes: readonly Outcome[], requestId: string): void {
    const failures = outcomes.filter((one) => 'problem' in one).filter(({ problem }) => problem.status >= 500)
    const [first] = failures
    if (!first) return
    if (failures.length === outcomes.length) throw first.error
    log.error({ err: first.error, requestId, failures: failures.length }, 'some events of a batch failed')
  }
}

function itemsOf(
  body: JsonBody,
  keyOf: (text: string, index: number) => IdempotentRequest | undefined,
): Item[] {
  const envelope = Envelope.safeParse(body.value)
  if (!envelope.success) throw invalid(envelope.error)
  const { start } = memberSlices(body.text).get('events')!
  const slices = elementSlices(body.text, start)
  return envelope.data.events.map((value, index) => {
    const text = body.text.slice(slices[index]!.start, slices[index]!.end)
    return { value, text, idempotency: keyOf(text, index) }
  })
}
