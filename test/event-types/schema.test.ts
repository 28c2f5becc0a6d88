import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { compileSchema } from '../../src/event-types/schema.ts'

const invalid = expect.objectContaining({ kind: 'refused', code: 'schema_invalid' })

describe('a schema', () => {
  it('points at what is wrong by its path in the event', () => {
    const test = compileSchema({
      type: 'object',
      additionalProperties: false,
      properties: {
        lines: { type: 'array', items: { type: 'object', required: ['sku'] } },
        'a/b~c': { type: 'string' },
      },
    })
    expect(test({ lines: [{ sku: 1 }, {}] })).toMatchObject([{ path: 'data.lines[1].sku' }])
    expect(test({ 'a/b~c': 1 })).toEqual([{ path: 'data.a/b~c', message: 'must be string' }])
    expect(test({ extra: 1 })).toMatchObject([{ path: 'data.extra' }])
    expect(test('text')).toMatchObject([{ path: 'data' }])
    expect(test({})).toEqual([])
  })

  it('is read as draft-07, or as 2020-12 where it says so', () => {
    const tuple = { items: [{ type: 'string' }], $schema: 'http://json-schema.org/draft-07/schema#' }
    expect(compileSchema(tuple)([1])).toHaveLength(1)
    const newer = { prefixItems: [{ type: 'string' }] }
    expect(compileSchema(newer)([1])).toEqual([])
    expect(
      compileSchema({ ...newer, $schema: 'https://json-schema.org/draft/2020-12/schema' })([1]),
    ).toHaveLength(1)
  })

  it('knows formats', () => {
    expect(compileSchema({ type: 'string', format: 'date-time' })('yesterday')).toMatchObject([
      { path: 'data' },
    ])
  })

  it('may share its $id with another', () => {
    const $id = 'https://schemas.example/event'
    expect(compileSchema({ $id, type: 'string' })('a')).toEqual([])
    expect(compileSchema({ $id, type: 'number' })('a')).toHaveLength(1)
  })

  it.each([
    ['of an unknown type', { type: 'money' }],
    ['of a keyword used wrongly', { required: 'amount' }],
    ['of an unknown draft', { $schema: 'http://json-schema.org/draft-04/schema#' }],
    ['that refers elsewhere', { $ref: 'https://schemas.example/other' }],
    ['that would answer later', { $async: true }],
    ['with a pattern that is none', { pattern: '(' }],
    ['with a pattern that looks ahead', { pattern: '^(?=a)' }],
    [
      'with such a pattern for the names of properties',
      { patternProperties: { '(a)\\1': { type: 'number' } } },
    ],
    ['that is text', 'string'],
    ['that is a list', []],
  ])('is refused: one %s', (_, schema) => {
    expect(() => compileSchema(schema)).toThrow(invalid)
  })

  it('says which pattern it cannot use, and why', () => {
    expect(() => compileSchema({ properties: { a: { pattern: '^(?!b)' } } })).toThrow(
      expect.objectContaining({
        faults: [{ path: 'schema', message: expect.stringMatching(/"\^\(\?!b\)" cannot be used.*\(\?!/) }],
      }),
    )
  })

  it('asks its patterns in a time that grows with the text alone', () => {
    const test = compileSchema({
      properties: { a: { pattern: '^(a+)+$' } },
      patternProperties: { '^(b+)+$': { type: 'number' } },
    })
    expect(test({ a: 'a' })).toEqual([])
    expect(test({ a: `${'a'.repeat(50_000)}!` })).toMatchObject([{ path: 'data.a' }])
    expect(test({ [`${'b'.repeat(50_000)}!`]: 'no number' })).toEqual([])
  })

  it("takes GitHub's own schemas and payloads, which nobody here wrote", async () => {
    const require = createRequire(import.meta.url)
    const read = async (name: string) => JSON.parse(await readFile(require.resolve(name), 'utf8')) as unknown
    const { definitions } = (await read('@octokit/webhooks-schemas')) as { definitions: object }
    const examples = (await read('@octokit/webhooks-examples')) as { name: string; examples: object[] }[]

    const test = compileSchema({ definitions, $ref: '#/definitions/push$event' })
    const pushes = examples.find(({ name }) => name === 'push')!.examples
    const verdicts = pushes.map((push) => test(push))
    // The oldest example was recorded before repositories could be templates; the others keep to the schema.
    const older = [
      { path: 'data.repository.is_template', message: "must have required property 'is_template'" },
    ]
    expect(verdicts).toEqual([older, ...Array(pushes.length - 1).fill([])])
  })
})
