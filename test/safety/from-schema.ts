/** Values by a JSON Schema as the OpenAPI document has them: good ones, and good ones that were broken somewhere. */
import fc from 'fast-check'

/** What of JSON Schema the document uses. */
export interface Schema {
  $ref?: string
  type?: string | string[]
  enum?: unknown[]
  example?: unknown
  format?: string
  pattern?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  minItems?: number
  maxItems?: number
  items?: Schema
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: boolean | Schema
  oneOf?: Schema[]
  anyOf?: Schema[]
  allOf?: Schema[]
}

/** The named schemas of the document. */
export type Schemas = Record<string, Schema>

/** Values that the schema takes; with its example among them, which passes what no schema says. */
export function valuesOf(schema: Schema, schemas: Schemas): fc.Arbitrary<unknown> {
  const { example } = schema
  const any = byForm(schema, schemas)
  if (example === undefined) return any
  return fc.oneof({ weight: 3, arbitrary: fc.constant(example) }, { weight: 1, arbitrary: any })
}

function byForm(schema: Schema, schemas: Schemas): fc.Arbitrary<unknown> {
  if (schema.$ref) return valuesOf(schemas[schema.$ref.split('/').at(-1)!]!, schemas)
  const choice = schema.oneOf ?? schema.anyOf
  if (choice) return fc.oneof(...choice.map((one) => valuesOf(one, schemas)))
  if (schema.allOf)
    return fc
      .tuple(...schema.allOf.map((one) => valuesOf(one, schemas)))
      .map((parts) => Object.assign({}, ...parts) as unknown)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  if (Array.isArray(schema.type)) return fc.oneof(...schema.type.map((type) => byType(type, schema, schemas)))
  return schema.type ? byType(schema.type, schema, schemas) : fc.jsonValue({ maxDepth: 3 })
}

function byType(type: string, schema: Schema, schemas: Schemas): fc.Arbitrary<unknown> {
  const { minimum: min = -1_000, maximum: max = 100_000 } = schema
  switch (type) {
    case 'string':
      return text(schema)
    case 'integer':
      return fc.integer({ min, max })
    case 'number':
      return fc.double({ min, max, noNaN: true })
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'array':
      return fc.array(valuesOf(schema.items ?? {}, schemas), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 4, Math.max(schema.minItems ?? 0, 4)),
      })
    case 'object':
      return object(schema, schemas)
    default:
      throw new Error(`No values are made for the type ${type}.`)
  }
}

function text({ format, pattern, minLength = 0, maxLength = 60 }: Schema): fc.Arbitrary<string> {
  if (format === 'date-time')
    return fc
      .date({ min: new Date('1990-01-01'), max: new Date('2090-01-01'), noInvalidDate: true })
      .map((at) => at.toISOString())
  if (pattern) return fc.stringMatching(new RegExp(pattern))
  return fc.string({ minLength, maxLength: Math.min(maxLength, 60), unit: 'grapheme' })
}

function object(schema: Schema, schemas: Schemas): fc.Arbitrary<object> {
  const { properties = {}, required = [], additionalProperties } = schema
  if (typeof additionalProperties === 'object')
    return fc.dictionary(fc.stringMatching(/^[a-z][a-z-]{0,12}$/), valuesOf(additionalProperties, schemas), {
      maxKeys: 4,
    })
  if (Object.keys(properties).length === 0)
    return fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 })
  const fields = Object.entries(properties).map(([name, one]) => {
    const field = valuesOf(one, schemas).map((value) => [name, value])
    return required.includes(name) ? field : seldom(field)
  })
  return fc.tuple(...fields).map((found) => Object.fromEntries(found.filter((field) => field !== undefined)))
}

/** One value that the schema takes, the same at each call: examples where there are some, and nothing that need not be. */
export function plainest(schema: Schema, schemas: Schemas): unknown {
  if (schema.example !== undefined) return schema.example
  if (schema.$ref) return plainest(schemas[schema.$ref.split('/').at(-1)!]!, schemas)
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((one) => plainest(one, schemas)))
  if (schema.type !== 'object') return fc.sample(valuesOf(schema, schemas), { seed: 1, numRuns: 1 })[0]
  const needed = schema.required ?? []
  return Object.fromEntries(needed.map((name) => [name, plainest(schema.properties![name]!, schemas)]))
}

/** Left out more often than not, so that what is there is mostly good as a whole. */
export const seldom = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value })

/** What nobody should send, and somebody does. */
export const oddity: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    '',
    '\0',
    'a\0b',
    '\ud800',
    '\u202e\u2028',
    ' ',
    '../../etc/passwd',
    "'; drop table ringback.events; --",
    '%00',
    '<script>alert(1)</script>',
    'x'.repeat(100_000),
    0,
    -0,
    -1,
    1.5,
    2 ** 31,
    2 ** 53,
    1e308,
    true,
    [],
    {},
    [[[[]]]],
    { $where: '1' },
    { $regex: '(a+)+$' },
    '9999-12-31T23:59:59.999Z',
    '275760-09-13T00:00:00.000Z',
    '-000001-01-01T00:00:00Z',
    '0000-00-00',
  ),
  fc
    .constantFrom<unknown>('__proto__', 'constructor', 'toString')
    .map((name) => JSON.parse(`{"${name}": {"a": 1}}`)),
  fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' }),
  fc.string({ unit: 'binary' }),
  fc.double(),
  fc.bigInt().map((big) => Number(big)),
)

/** A value that is broken in one place: something odd there, a field gone, or one too many. */
export function broken(good: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.tuple(good, oddity, fc.nat(), fc.constantFrom('replace', 'remove', 'add')).map((parts) => {
    const [value, odd, choice, how] = parts
    const copy: unknown = structuredClone(value)
    const places = placesIn(copy)
    if (places.length === 0) return odd
    const { holder, key } = places[choice % places.length]!
    if (how === 'remove') Reflect.deleteProperty(holder, key)
    else Object.defineProperty(holder, how === 'add' ? `${key}x` : key, { value: odd, enumerable: true })
    return copy
  })
}

function placesIn(value: unknown): { holder: object; key: string }[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => [{ holder: value, key }, ...placesIn(inner)])
}
