import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Ringback } from '../../src/client/index.ts'
import { packageFolder } from '../../src/package.ts'
import { createTestApi } from '../api/test-api.ts'
import { type Document, type Operation, readDocument } from './generate/document.ts'
import { FOLDER, generateFiles, PAGE, withOperations } from './generate/files.ts'
import { methodOf, nameOperations } from './generate/names.ts'

const folder = new URL(`${FOLDER}/`, packageFolder)

describe('the generated part of the client', () => {
  it('is what the document makes of it (`npm run client:generate`)', async () => {
    const files = await generateFiles(await readDocument())
    expect(readdirSync(folder).sort()).toEqual([...files.keys()].sort())
    for (const [name, text] of files) expect(readFileSync(new URL(name, folder), 'utf8'), name).toBe(text)
  })

  it('is listed on its page as it is (`npm run client:generate`)', async () => {
    const page = readFileSync(new URL(PAGE, packageFolder), 'utf8')
    expect(page).toBe(withOperations(page, await readDocument()))
    expect(page).toContain('| `endpoints` | `create` `list`')
  })

  it('is made from the very document that the API serves', async () => {
    const api = await createTestApi()
    onTestFinished(() => api.close())
    expect(await readDocument()).toEqual((await api.ask('GET /openapi.json')).json)
  })

  it('has a method for every operation', async () => {
    const client = new Ringback({ baseUrl: 'http://127.0.0.1:1' })
    const namespaces = client as unknown as Record<string, Record<string, unknown>>
    const missing = nameOperations(await readDocument()).filter(
      ({ namespace, method }) => typeof namespaces[namespace]?.[method] !== 'function',
    )
    expect(missing.map(({ namespace, method }) => `${namespace}.${method}`)).toEqual([])
  })
})

describe('the names', () => {
  it.each([
    ['createEndpoint', 'Endpoints', 'create'],
    ['listEndpoints', 'Endpoints', 'list'],
    ['rotateEndpointSecret', 'Endpoints', 'rotateSecret'],
    ['listDeliveries', 'Deliveries', 'list'],
    ['listAttempts', 'Deliveries', 'listAttempts'],
    ['emitEvent', 'Events', 'emit'],
    ['emitEventBatch', 'Events', 'emitBatch'],
    ['archiveEventType', 'Event types', 'archive'],
    ['listTenantEventTypes', 'Event types', 'listOfTenant'],
    ['listAllDeliveries', 'Deliveries', 'listAll'],
    ['streamAllDeliveries', 'Deliveries', 'streamAll'],
    ['getTenant', 'Tenants', 'get'],
    ['createApiKey', 'API keys', 'create'],
    ['createPortalSession', 'Portal', 'createSession'],
    ['getLiveness', 'Operations', 'getLiveness'],
  ])('%s of %s is %s', (operationId, tag, method) => {
    expect(methodOf(operationId, tag)).toBe(method)
  })

  it('are refused when two operations would share one', () => {
    const get = operation({ operationId: 'getThing' })
    const document = documentWith({ '/a': { get }, '/b': { get: operation({ operationId: 'getThings' }) } })
    expect(() => nameOperations(document)).toThrow('getThing and getThings would both be things.get')
  })
})

describe('the generator copes with', () => {
  it('a stream of events, a text, a query beside a body, and what is deprecated', async () => {
    const files = await generateFiles(
      documentWith({
        '/things/stream': {
          get: operation({
            operationId: 'streamThings',
            parameters: [{ name: 'type', in: 'query', schema: { type: 'string' } }],
            responses: {
              200: {
                description: 'What happens.',
                content: { 'text/event-stream': { schema: { $ref: '#/components/schemas/Thing' } } },
              },
            },
          }),
        },
        '/things.csv': {
          post: operation({
            operationId: 'exportThings',
            deprecated: true,
            parameters: [{ name: 'separator', in: 'query', required: true, schema: { type: 'string' } }],
            requestBody: {
              content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } },
            },
            responses: { 200: { description: 'A table.', content: { 'text/csv': {} } } },
          }),
        },
      }),
    )
    const text = files.get('things.ts')!
    expect(text).toContain(
      'stream(query?: StreamThingsQuery, options?: StreamOptions): EventStream<schemas.Thing>',
    )
    expect(text).toContain("import type { EventStream, StreamOptions } from '../event-stream.ts'")
    expect(text).toMatch(/export\(\s*body\?: schemas\.Thing \| undefined|export\(\s*body\?: schemas\.Thing/)
    expect(text).toMatch(/query: ExportThingsQuery,\s*options\?: RequestOptions,?\s*\): Promise<string>/)
    expect(text).toContain('@deprecated')
    expect(files.get('schemas.ts')).toContain('export interface Thing {')
  })
})

const operation = (some: Partial<Operation>): Operation => ({
  operationId: 'getThing',
  summary: 'Get a thing',
  tags: ['Things'],
  responses: { 204: { description: 'Done.' } },
  ...some,
})

const documentWith = (paths: Document['paths']): Document => ({
  tags: [{ name: 'Things', description: 'Whatever there is.' }],
  paths,
  components: {
    schemas: { Thing: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] } },
  },
})
