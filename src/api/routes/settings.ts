import { z } from '@hono/zod-openapi'
import { addRoute } from '../add-route.ts'
import type { Api, ApiNeeds } from '../needs.ts'
import { json, problems } from '../responses.ts'
import { createRoute } from '../route.ts'

const Setting = z
  .object({
    name: z
      .string()
      .openapi({ description: 'The variable in the environment.', example: 'RINGBACK_CONCURRENCY' }),
    value: z.string().nullable().openapi({ description: 'Null when it has none, and always of a secret.' }),
    isSet: z.boolean().openapi({ description: 'Whether somebody said it; else its default holds.' }),
    isSecret: z.boolean(),
    default: z.string().nullable(),
    says: z.string().openapi({ description: 'What it is, in a sentence.' }),
  })
  .openapi('Setting')

const list = createRoute({
  operationId: 'listSettings',
  scope: 'admin',
  summary: 'List the settings',
  description:
    'As the process runs with them that answers; others may have been told otherwise. They are changed in the environment, and hold ' +
    'from the next start.',
  tags: ['Settings'],
  method: 'get',
  path: '/v1/settings',
  request: { query: z.strictObject({}) },
  responses: {
    200: json(z.object({ data: z.array(Setting) }), 'All of them, without the secrets.'),
    ...problems(422),
  },
})

/** What the installation was told, to be looked at. */
export function settingsRoutes(api: Api, { settings }: ApiNeeds): void {
  addRoute(api, list, (c) => c.json({ data: [...settings] }, 200))
}
