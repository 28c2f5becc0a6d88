import { z } from '@hono/zod-openapi'
import type { Caller } from '../../access/caller.ts'
import { type IdempotentRequest, partOf } from '../../access/idempotency-key.ts'
import { notFound, tooLarge } from '../../errors.ts'
import { elementSlices, memberSlices } from '../../events/raw-json.ts'
import { addRawRoute } from '../add-route.ts'
import { answerText } from '../answer-text.ts'
import { idempotentRequest, REPLAYED } from '../idempotent.ts'
import { type JsonBody, MOST_BYTES } from '../json-body.ts'
import type { Api, ApiNeeds } from '../needs.ts'
import { type Origin, originOf } from '../origin.ts'
import { type Problem, problemOf } from '../problem.ts'
import { chargeMore } from '../rate-limit.ts'
import { NewBatchEvent, readBatchEvent } from '../read-event.ts'
import { idempotencyHeaders, jsonBody } from '../requests.ts'
import { json, ProblemBody, problems } from '../responses.ts'
import { createRoute } from '../route.ts'
import { AcceptedEvent, showAccepted } from '../shapes/event.ts'
import { readBy } from '../validation.ts'

/** As many as share a few commits; more would keep a client waiting for all of them. */
const MOST_EVENTS = 1_000

const Batch = z.strictObject({ events: z.array(NewBatchEvent).max(MOST_EVENTS) }).openapi('EventBatch')

/** The batch alone: each event is read by itself, so that a bad one does not spoil the others. */
const Envelope = z.strictObject({ events: z.array(z.unknown()).max(MOST_EVENTS) })

const Refused = z.object({ error: ProblemBody }).openapi('RefusedEvent')

const Outcomes = z.object({ data: z.array(z.union([AcceptedEvent, Refused])) })

const emitBatch = createRoute({
  operationId: 'emitEventBatch',
  scope: 'emit',
  tenantIn: 'body',
  summary: 'Emit up to 1,000 events, of any tenants',
  description:
    'Each event is accepted or refused on its own; the answers are in the order of the events. Sent again with its ' +
    'Idempotency-Key, a batch gets its first answer, refusals included; events that failed through a fault of Ringback ' +
    '(500, 503) or for want of room (429) are tried again, and the others keep their answer. Against a rate limit it ' +
    'counts as so many requests as it has events.',
  tags: ['Events'],
  method: 'post',
  path: '/v1/events',
  request: { headers: idempotencyHeaders, body: jsonBody(Batch) },
  responses: {
    202: json(Outcomes, 'What became of each event.'),
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
type Outcome = { shown: z.infer<typeof AcceptedEvent> } | Refusal

interface Refusal {
  problem: Problem
  error: unknown
}

/** Events of many tenants in one request. */
export function eventBatchRoutes(api: Api, { events, idempotency, limits, log }: ApiNeeds): void {
  addRawRoute(api, emitBatch, async (c) => {
    const caller = c.get('caller')
    events.refuseBeyondRoom()
    const request = idempotentRequest(c)
    const items = itemsOf(c.get('body'), request)
    const origin = originOf(c)
    // The request itself has been counted, as one.
    await chargeMore(c, limits, items.length - 1)
    const answer = await idempotency.runInParts(request, async () => {
      const outcomes = await Promise.all(items.map((item) => accept(caller, item, origin)))
      const failures = failuresOf(outcomes)
      report(failures, outcomes.length, c.get('requestId'))
      return { status: 202, body: JSON.stringify(show(outcomes)), final: failures.length === 0 }
    })
    return answerText<z.infer<typeof Outcomes>, 202>(c, answer.body, 202, answer.replayed ? REPLAYED : {})
  })

  async function accept(
    caller: Caller,
    { value, text, idempotency }: Item,
    origin: Origin,
  ): Promise<Outcome> {
    try {
      if (Buffer.byteLength(text) > MOST_BYTES)
        throw tooLarge(`The event is larger than ${MOST_BYTES / 1024} KiB.`)
      const event = readBatchEvent(text, value)
      if (caller.tenantId !== null && event.tenantId !== caller.tenantId) throw notFound('tenant')
      return { shown: showAccepted(await events.accept({ ...event, ...origin, idempotency })) }
    } catch (error) {
      return { problem: problemOf(error), error }
    }
  }

  /** What is our fault is logged. When it struck them all, it is the answer to the whole: nothing was accepted. */
  function report(failures: readonly Refusal[], of: number, requestId: string): void {
    const [first] = failures
    if (!first) return
    if (failures.length === of) throw first.error
    const fault = failures.find(({ problem }) => problem.status >= 500)
    if (fault)
      log.error({ err: fault.error, requestId, failures: failures.length }, 'some events of a batch failed')
  }
}

function itemsOf(body: JsonBody, request: IdempotentRequest | undefined): Item[] {
  const { events } = readBy(Envelope, body.value, 'events')
  const { start } = memberSlices(body.text).get('events')!
  const slices = elementSlices(body.text, start)
  return events.map((value, index) => {
    const text = body.text.slice(slices[index]!.start, slices[index]!.end)
    return { value, text, idempotency: request && partOf(request, index) }
  })
}

/** Those that are our fault; what waits for room is not yet answered for good either. */
const failuresOf = (outcomes: readonly Outcome[]): Refusal[] =>
  outcomes
    .filter((one) => 'problem' in one)
    .filter(({ problem }) => problem.status >= 500 || problem.code === 'overloaded')

const show = (outcomes: readonly Outcome[]): z.infer<typeof Outcomes> => ({
  data: outcomes.map((one) => ('shown' in one ? one.shown : { error: one.problem })),
})
