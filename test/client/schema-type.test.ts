import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { renderCatalogue, schemaType } from '../../src/client/index.ts'
import { packageFolder } from '../../src/package.ts'

/** What its package describes of itself is not what it holds. */
const examples = createRequire(import.meta.url)('@octokit/webhooks-examples') as {
  name: string
  examples: unknown[]
}[]

const oneLine = (schema: unknown) => schemaType(schema).replace(/\s+/g, ' ')

describe('a JSON Schema as a type', () => {
  it.each([
    [true, 'unknown'],
    [{}, 'unknown'],
    [false, 'never'],
    [{ type: 'string', pattern: '^a' }, 'string'],
    [{ type: 'integer', minimum: 1 }, 'number'],
    [{ type: ['string', 'null'] }, 'string | null'],
    [{ const: 'a' }, "'a'"],
    [{ enum: ['a', 1, null, true] }, "'a' | 1 | null | true"],
    [{ enum: ["it's", '\u2028"\\'] }, `'it\\'s' | '\\u2028"\\\\'`],
    [{ type: 'array', items: { type: 'number' } }, 'number[]'],
    [{ type: 'array', items: { type: ['number', 'null'] } }, 'Array<number | null>'],
    [{ type: 'array' }, 'unknown[]'],
    [
      { prefixItems: [{ type: 'number' }, { type: 'string' }], minItems: 2, items: false },
      '[number, string]',
    ],
    [
      { type: 'array', items: [{ type: 'number' }], additionalItems: { type: 'null' } },
      '[(number)?, ...null[]]',
    ],
    [{ type: 'object' }, 'Record<string, unknown>'],
    [{ type: 'object', additionalProperties: { type: 'number' } }, 'Record<string, number>'],
    [{ type: 'object', additionalProperties: false }, 'Record<string, never>'],
    [{ properties: { 'a-b': { type: 'number' }, c: {} }, required: ['c'] }, "{ 'a-b'?: number c: unknown }"],
    [{ type: 'object', required: ['x'] }, '{ x: unknown }'],
    [
      { properties: { a: {} }, additionalProperties: { type: 'number' } },
      '{ a?: unknown [name: string]: unknown }',
    ],
    [{ anyOf: [{ type: 'string' }, { type: 'number' }] }, 'string | number'],
    [{ oneOf: [{ type: 'string' }, true] }, 'unknown'],
    [{ allOf: [{ required: ['a'] }, { required: ['b'] }] }, '{ a: unknown } & { b: unknown }'],
    [{ type: 'number', anyOf: [{ const: 1 }, { const: 2 }] }, 'number & (1 | 2)'],
    [{ $ref: '#/$defs/a~1b', $defs: { 'a/b': { type: 'null' } } }, 'null'],
    [{ $ref: '#/definitions/x', definitions: { x: { $ref: 'https://elsewhere.test/' } } }, 'unknown'],
    [{ properties: { child: { $ref: '#' } } }, '{ child?: { child?: unknown } }'],
    [
      { properties: { a: { description: 'No */ end.', deprecated: true } } },
      '{ /** * No *\\/ end. * @deprecated */ a?: unknown }',
    ],
    [{ type: 'strange' }, 'unknown'],
    ['nonsense', 'unknown'],
  ])('%j is %s', (schema, type) => {
    expect(oneLine(schema)).toBe(type)
  })

  it('is as told where the caller says what a reference stands for, and what is sent may be a Date', () => {
    const schema = { properties: { at: { type: 'string', format: 'date-time' }, of: { $ref: '#/x' } } }
    expect(schemaType(schema, { ref: () => 'Thing', dates: true, undefinedToo: true })).toBe(
      '{\n  at?: string | Date | undefined\n  of?: Thing | undefined\n}',
    )
  })
})

/** Real callbacks of another sender, and the schemas that were written for them. */
it("GitHub's schemas become types that every callback fits which the schema takes", () => {
  const { definitions } = JSON.parse(
    readFileSync(new URL('node_modules/@octokit/webhooks-schemas/schema.json', packageFolder), 'utf8'),
  ) as { definitions: Record<string, unknown> }
  const ajv = formats.default(new Ajv({ strict: false }))
  const names = ['push', 'issues', 'label', 'star']
  const schemas = new Map(names.map((name) => [name, { definitions, $ref: refOf(name, definitions)! }]))

  const taken = examples.flatMap(({ name, examples: some }) => {
    const schema = schemas.get(name)
    return schema ? some.filter((one) => ajv.validate(schema, one)).map((one) => ({ name, one })) : []
  })
  expect(taken.length).toBeGreaterThan(10)

  const used = [...new Set(taken.map(({ name }) => name))]
  const text = renderCatalogue(
    used.map((name) => ({ name, description: null, deprecated: false, schema: schemas.get(name) })),
  )
  const uses = taken.map(
    ({ name, one }, n) => `export const p${n}: Catalogue['${name}'] = ${JSON.stringify(one)}`,
  )
  expect(errorsIn(`${text}\n${uses.join('\n')}`)).toEqual([])
  // And they are types that say something.
  const wrong = `export const wrong: Catalogue['${used[0]}'] = { action: 1 }`
  expect(errorsIn(`${text}\n${wrong}`)).not.toEqual([])
}, 120_000)

/** The definition that an event has, be it one or a choice of actions. */
function refOf(name: string, definitions: Record<string, unknown>): string | undefined {
  const found = [`${name}_event`, `${name}$event`].find((one) => one in definitions)
  return found && `#/definitions/${found}`
}

function errorsIn(text: string): string[] {
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2022,
    types: [],
  }
  const host = ts.createCompilerHost(options)
  const read = host.getSourceFile
  host.getSourceFile = (name, ...rest) =>
    name === 'catalogue.ts' ? ts.createSourceFile(name, text, ts.ScriptTarget.ES2022) : read(name, ...rest)
  const program = ts.createProgram(['catalogue.ts'], options, host)
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n').slice(0, 2_000))
}
