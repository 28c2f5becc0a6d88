import { z } from '@hono/zod-openapi'
import { ENDPOINT_LIMITS } from '../../endpoints/endpoint.ts'
import { revealSecret } from '../../endpoints/reveal-secret.ts'
import { rotateSecret } from '../../endpoints/rotate-secret.ts'
import type { RevealedSecrets } from '../../endpoints/secrets.ts'
import { newId } from '../../ids.ts'
import { addRoute } from '../add-route.ts'
import { by } from '../by.ts'
import { answerOnce } from '../idempotent.ts'
import type { Api, ApiNeeds } from '../needs.ts'
import { idempotencyHeaders, idOf, jsonBody, tenantParam } from '../requests.ts'
import { json, problems, shownMoment } from '../responses.ts'
import { createRoute } from '../route.ts'

const tags = ['Endpoints']
const one = z.object({ tenant: tenantParam, endpoint: idOf('endpoint') })
const path = '/v1/tenants/{tenant}/endpoints/{endpoint}/secret'

const Secrets = z
  .object({
    secret: z.string().openapi({ description: 'The current one.' }),
    previous: z
      .array(z.object({ secret: z.string(), expiresAt: shownMoment }))
      .openapi({ description: 'Those that sign beside it until they expire.' }),
  })
  .openapi('Secrets')

const Rotation = z
  .strictObject({
    secret: z.string().optional().openapi({ description: 'Left out, one is made.', example: 'whsec_...' }),
    graceSeconds: z
      .int()
      .min(0)
      .max(ENDPOINT_LIMITS.graceSeconds.max)
      .default(ENDPOINT_LIMITS.graceSeconds.usual)
      .openapi({ description: 'How long the former secrets still sign.' }),
  })
  .openapi('Rotation')

const reveal = createRoute({
  operationId: 'getEndpointSecret',
  scope: 'manage',
  summary: 'Show the secrets of an endpoint',
  tags,
  method: 'get',
  path,
  request: { params: one },
  responses: { 200: json(Secrets, 'The secrets that sign now.'), ...problems(404) },
})

const rotate = createRoute({
  operationId: 'rotateEndpointSecret',
  scope: 'manage',
  summary: 'Give an endpoint a new secret',
  description: 'During the grace the former ones sign as well, so that the receiver can change over.',
  tags,
  method: 'post',
  path: `${path}/rotate`,
  request: { params: one, headers: idempotencyHeaders, body: jsonBody(Rotation, { required: false }) },
  responses: {
    200: json(Secrets, 'The secrets that sign now.'),
    ...problems(400, 404, 409, 413, 415, 422),
  },
})

/** The secrets of endpoints: show, rotate. */
export function endpointSecretRoutes(api: Api, needs: ApiNeeds): void {
  const { db, keyring } = needs

  addRoute(api, reveal, async (c) => {
    const { tenant, endpoint } = c.req.valid('param')
    const secrets = await db.transaction((tx) => revealSecret(tx, { by: by(c), keyring }, tenant, endpoint))
    return c.json(show(secrets), 200)
  })

  addRoute(api, rotate, (c) => {
    const { tenant, endpoint } = c.req.valid('param')
    const rotation = c.req.valid('json')
    return answerOnce(c, needs, 200, async (tx) =>
      show(await rotateSecret(tx, { by: by(c), ids: newId, keyring }, tenant, endpoint, rotation)),
    )
  })
}

function show({ secret, previous }: RevealedSecrets): z.infer<typeof Secrets> {
  return {
    secret,
    previous: previous.map((one) => ({ secret: one.secret, expiresAt: one.expiresAt.toISOString() })),
  }
}
