import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { packageFolder } from '../../src/package.ts'
import { createTestApi, type TestApi } from './test-api.ts'

interface Operation {
  operationId: string
  summary: string
  tags: string[]
  security?: unknown[]
  requestBody?: unknown
  responses: Record<string, { content?: Record<string, unknown>; headers?: Record<string, unknown> }>
}

interface Parameter {
  name: string
  in: string
}

interface Document {
  openapi: string
  tags: { name: string }[]
  paths: Record<string, Record<string, Operation & { parameters?: Parameter[] }>>
  webhooks: Record<string, { post: Operation & { parameters: Parameter[] } }>
}

let api: TestApi
let text: string
let document: Document
let operations: { method: string; path: string; operation: Operation }[]
beforeAll(async () => {
  api = await createTestApi()
  const answer = await api.ask('GET /openapi.json')
  text = answer.text
  document = answer.json
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  )
})
afterAll(() => api.close())

describe('the OpenAPI document', () => {
  it('is OpenAPI 3.1 and passes the recommended rules of Redocly', async () => {
    expect(document.openapi).toBe('3.1.0')
    const folder = await mkdtemp(join(tmpdir(), 'ringback-openapi-'))
    const file = join(folder, 'openapi.json')
    await writeFile(file, text)
    const redocly = fileURLToPath(new URL('node_modules/@redocly/cli/bin/cli.js', packageFolder))
    const linting = promisify(execFile)(
      process.execPath,
      [redocly, 'lint', '--extends=recommended', '--format=json', file],
      // It would ask its maker for a newer version, and tell of its use.
      {
        cwd: folder,
        env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true', CI: 'true' },
      },
    )
    // With errors it ends with a code other than 0, which rejects.
    const { stdout } = await linting.catch((error: { stdout: string }) => error)
    await rm(folder, { recursive: true })
    expect(JSON.parse(stdout.slice(stdout.indexOf('{'))).totals).toMatchObject({ errors: 0 })
  })

  it('describes every route under /v1, and no other', () => {
    const routed = api.api.routes
      .filter(({ path, method }) => path.startsWith('/v1/') && method !== 'ALL')
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`)
    const described = operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`)
    expect(described.filter((one) => one.includes('/v1/')).sort()).toEqual([...new Set(routed)].sort())
  })

  it('names every operation once, in a word, under a tag that is explained', () => {
    const tags = document.tags.map(({ name }) => name)
    for (const { path, operation } of operations) {
      expect(operation.operationId, path).toMatch(/^[a-z]+[A-Za-z]+$/)
      expect(operation.summary, path).toMatch(/^[A-Z].*[^.]$/)
      expect(operation.tags, path).toEqual([expect.toSatisfy((tag: string) => tags.includes(tag))])
    }
    const ids = operations.map(({ operation }) => operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('tells of every operation that it may go wrong, how that is answered, and what is told of limits', () => {
    for (const { method, path, operation } of operations.filter((one) => one.path.startsWith('/v1/'))) {
      const expected = [
        '401',
        '403',
        '429',
        '500',
        '503',
        // A PUT makes what is not there.
        ...(path.includes('{') && method !== 'put' ? ['404'] : []),
        ...(operation.requestBody ? ['400', '413', '415', '422'] : []),
      ]
      expect(Object.keys(operation.responses), `${method} ${path}`).toEqual(expect.arrayContaining(expected))
      for (const [status, { content, headers }] of Object.entries(operation.responses)) {
        if (Number(status) >= 400) expect(Object.keys(content!)).toEqual(['application/problem+json'])
        const told = ['RateLimit', 'RateLimit-Policy', ...(status === '429' ? ['Retry-After'] : [])]
        // Signing in is limited by failures alone, which are told of as they come.
        if (operation.security!.length > 0 && (status === '429' || Number(status) < 300))
          expect(Object.keys(headers!)).toEqual(told)
      }
    }
  })

  it('declares no conflict where none can come: an event with a key in use waits for its answer', () => {
    for (const id of ['emitEvent', 'emitEventBatch', 'testEndpoint']) {
      const { operation } = operations.find((one) => one.operation.operationId === id)!
      expect(Object.keys(operation.responses), id).not.toContain('409')
    }
  })

  it('describes what every list takes', () => {
    expect(document.paths['/v1/tenants']!.get!.parameters).toEqual([
      expect.objectContaining({
        name: 'limit',
        required: false,
        schema: expect.objectContaining({ type: 'integer', minimum: 1, maximum: 250, default: 50 }),
      }),
      expect.objectContaining({
        name: 'cursor',
        required: false,
        schema: expect.objectContaining({ type: 'string' }),
      }),
    ])
  })

  it('writes the articles right', () => {
    expect(text).not.toMatch(/\ba [aeiou]\w* (?:id|of)|the id of a [aeiou]/)
  })

  it('asks for the key everywhere but at the probes, and for signing in and out', () => {
    const open = operations
      .filter(({ operation }) => operation.security?.length === 0)
      .map(({ method, path }) => `${method} ${path}`)
    expect(open.sort()).toEqual(['delete /v1/session', 'get /livez', 'get /readyz', 'post /v1/session'])
  })

  it('describes the callback with its headers', () => {
    const { post } = document.webhooks.callback!
    expect(post.parameters.filter((one) => one.in === 'header').map(({ name }) => name)).toEqual([
      'webhook-id',
      'webhook-timestamp',
      'webhook-signature',
      'user-agent',
      'traceparent',
    ])
  })
})
