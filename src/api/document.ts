/** The description of the API for programs: OpenAPI 3.1, made from the routes. */
import { z } from '@hono/zod-openapi'
import { NOTICE_TYPES, type NoticeType } from '../notices/notice.ts'
import { version } from '../package.ts'
import type { Api } from './needs.ts'
import { LIMIT_HEADERS } from './rate-limit.ts'
import { CallbackBody } from './shapes/event.ts'
import { NOTICE_SHAPES, noticeData } from './shapes/notice.ts'

const TAGS = [
  { name: 'Tenants', description: 'Customers of the host application; they own endpoints and events.' },
  { name: 'Event types', description: 'The catalogue of what may happen.' },
  { name: 'Endpoints', description: 'Registered callback URLs, their secrets and their health.' },
  { name: 'Subscriptions', description: 'Which events an endpoint wants.' },
  { name: 'Events', description: 'What happened, as the host told it.' },
  { name: 'Deliveries', description: 'One event for one endpoint, and every attempt to get it there.' },
  {
    name: 'Notices',
    description:
      'Events about Ringback itself, of the tenant `_operator`: register endpoints of that tenant, and subscribe them like ' +
      'any others. Nothing is told of its own endpoints and deliveries.',
  },
  { name: 'Recoveries', description: 'Retries in bulk: by a filter, at a pace, with progress.' },
  { name: 'Stats', description: 'Rates, latencies and what waits, over time.' },
  { name: 'Portal', description: "Links for a tenant's people into the tenant's own part." },
  {
    name: 'Session',
    description: 'Who calls; and signing in with a browser, which keeps the key in a cookie.',
  },
  { name: 'API keys', description: 'Keys for others: what they may do, for whom, until when.' },
  { name: 'Settings', description: 'What the installation was told, to be looked at.' },
  { name: 'Audit log', description: 'Who changed what, when, from what to what; no secrets.' },
  { name: 'Operations', description: 'Probes for operators; they need no key.' },
]

const DESCRIPTION = `Ringback delivers callbacks: it signs each event and POSTs it to every URL that asked for it, retries until it is
taken, and logs every attempt.

Errors are \`application/problem+json\` (RFC 9457) with a stable \`code\`. Lists are cut by \`limit\` and \`cursor\`. A POST that creates
takes an \`Idempotency-Key\`. A caller beyond a rate limit is answered 429 with \`Retry-After\`; every answer to a limited caller
tells what is left in \`RateLimit\`.`

/** Declares what belongs to no single route: how a key is sent, and what callbacks and notices look like. */
export function declareCommon(api: Api): void {
  api.openAPIRegistry.registerComponent('securitySchemes', 'key', { type: 'http', scheme: 'bearer' })
  for (const [name, header] of Object.entries(LIMIT_HEADERS))
    api.openAPIRegistry.registerComponent('headers', name, header)
  api.openAPIRegistry.registerWebhook({
    operationId: 'callback',
    summary: 'An event, as a registered URL receives it',
    description:
      'Sent at least once, always with the same `webhook-id`, until it is answered with a status of 200 to 299. A status of ' +
      '410 disables the endpoint; redirects are not followed; `Retry-After` is honoured on 429 and 503.',
    tags: ['Events'],
    security: [],
    method: 'post',
    path: 'callback',
    request: {
      headers: CallbackHeaders,
      body: { required: true, content: { 'application/json': { schema: CallbackBody } } },
    },
    responses: RECEIVER_ANSWERS,
  })
  for (const type of NOTICE_TYPES) declareNotice(api, type)
}

const RECEIVER_ANSWERS = {
  '2XX': { description: 'The event was taken.' },
  '4XX': {
    description: 'The event was not taken; it is sent again. 410: nothing is sent to this URL any more.',
  },
  '5XX': { description: 'The event was not taken; it is sent again.' },
}

/** A notice is a callback too: to an endpoint of the operator's. */
function declareNotice(api: Api, type: NoticeType): void {
  const body = CallbackBody.extend({ type: z.literal(type), data: noticeData(type) })
  api.openAPIRegistry.registerWebhook({
    operationId: wordOf(type),
    summary: NOTICE_SHAPES[type].summary,
    tags: ['Notices'],
    security: [],
    method: 'post',
    path: type,
    request: {
      headers: CallbackHeaders,
      body: { required: true, content: { 'application/json': { schema: body } } },
    },
    responses: RECEIVER_ANSWERS,
  })
}

/** `endpoint.failing` as `endpointFailing`. */
const wordOf = (type: NoticeType) => type.replace(/\.(\w)/, (_, first: string) => first.toUpperCase())

/** Source: Standard Webhooks 1.0.0, "Webhook headers". */
const CallbackHeaders = z.object({
  'webhook-id': z.string().openapi({ description: 'The id of the event; the same with every attempt.' }),
  'webhook-timestamp': z
    .string()
    .openapi({ description: 'When this attempt was signed, in seconds since the epoch.' }),
  'webhook-signature': z.string().openapi({
    description:
      'One signature for each live secret, separated by spaces: `v1,` and the base64 of HMAC-SHA256 over `{id}.{timestamp}.{body}`.',
  }),
  'user-agent': z.string().openapi({ example: `Ringback/${version}` }),
  traceparent: z.string().optional().openapi({
    description: 'The trace that the event came in, if it came in one (W3C Trace Context).',
    example: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  }),
})

/** The document, as JSON text; made once, when it is first asked for. */
export function documentOf(api: Api, prefix: string): () => string {
  let text: string | undefined
  return () => {
    text ??= JSON.stringify(
      api.getOpenAPI31Document({
        openapi: '3.1.0',
        info: {
          title: 'Ringback',
          version,
          description: DESCRIPTION,
          license: { name: 'MIT', url: 'https://spdx.org/licenses/MIT.html' },
        },
        servers: [{ url: prefix || '/', description: 'Where this document came from' }],
        security: [{ key: [] }],
        tags: TAGS,
      }),
    )
    return text
  }
}
