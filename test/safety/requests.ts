/** Requests for the operations of the OpenAPI document: good ones, and ones that are wrong in some way. */
import fc from 'fast-check'
import { broken, oddity, plainest, type Schema, type Schemas, seldom, valuesOf } from './from-schema.ts'

export interface Parameter {
  name: string
  in: 'path' | 'query' | 'header'
  required?: boolean
  schema: Schema
}

export interface Operation {
  parameters?: Parameter[]
  requestBody?: { content: Record<string, { schema: Schema }> }
  responses: Record<string, unknown>
}

/** The part of the document that requests are made from. */
export interface Document {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Schemas }
}

/** An operation and where it is. */
export interface Route {
  method: string
  path: string
  operation: Operation
}

/** Ids of things that are there, by the names of the parameters that find them. */
export type World = Record<string, string>

/** A request, but for what is only known when it is made. */
export interface Draft {
  route: Route
  /** Undefined: the id of the thing that is there. */
  path: Record<string, string | undefined>
  query: [string, string][]
  headers: [string, string][]
  body: string | undefined
}

export const routesOf = ({ paths }: Document): Route[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  )

/** The plainest good request for a route, made of what is there. */
export function plainDraft(route: Route, { components: { schemas } }: Document): Draft {
  const needed = (route.operation.parameters ?? []).filter((one) => one.in !== 'path' && one.required)
  const of = (place: Parameter['in']) =>
    needed
      .filter((one) => one.in === place)
      .map(({ name, schema }): [string, string] => [name, String(plainest(schema, schemas))])
  const body = route.operation.requestBody?.content['application/json']
  return {
    route,
    path: {},
    query: of('query'),
    headers: [['content-type', 'application/json'], ...of('header')],
    body: body && JSON.stringify(plainest(body.schema, schemas)),
  }
}

/** Requests for any of the routes, each as often as another. */
export function drafts(document: Document): fc.Arbitrary<Draft> {
  const { schemas } = document.components
  return fc.constantFrom(...routesOf(document)).chain((route) => {
    const of = (place: Parameter['in']) =>
      (route.operation.parameters ?? []).filter((one) => one.in === place)
    return fc.record({
      route: fc.constant(route),
      path: fc.record(Object.fromEntries(of('path').map(({ name }) => [name, pathValue(name)])), {
        noNullPrototype: true,
      }),
      query: pairs(of('query'), schemas),
      headers: fc
        .tuple(pairs(of('header'), schemas), contentType, authorization)
        .map(([own, type, key]) => [...own, ['content-type', type], ...key] as [string, string][]),
      body: route.operation.requestBody
        ? body(route.operation.requestBody, schemas)
        : route.method === 'GET'
          ? fc.constant(undefined)
          : unaskedBody,
    })
  })
}

/** Mostly what is there; else an id of the right form that nobody has, or anything. */
const pathValue = (name: string) =>
  fc.oneof(
    { weight: 12, arbitrary: fc.constant(undefined) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        `nobody-${name}`,
        'ep_01h455vb4pex5vsknk084sn02q',
        'dlv_7zzzzzzzzzzzzzzzzzzzzzzzzz',
      ),
    },
    { weight: 1, arbitrary: fc.string({ minLength: 1, maxLength: 200, unit: 'binary' }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('\0', '%', '..', '.', 'a/b', 'é', 'x'.repeat(5_000), '__proto__'),
    },
  )

/** Each parameter at times, with a value of its schema at best; at times one that nobody knows. */
function pairs(parameters: Parameter[], schemas: Schemas): fc.Arbitrary<[string, string][]> {
  const one = ({ name, schema }: Parameter) =>
    seldom(
      fc
        .oneof({ weight: 3, arbitrary: valuesOf(schema, schemas) }, { weight: 1, arbitrary: oddity })
        .map((value): [string, string] => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
    )
  const stranger = seldom(fc.tuple(fc.constantFrom('limit', 'no-such', '__proto__'), fc.string()))
  return fc
    .tuple(...parameters.map(one), parameters[0]?.in === 'header' ? fc.constant(undefined) : stranger)
    .map((found) => found.filter((pair) => pair !== undefined))
}

const contentType = fc.oneof(
  { weight: 15, arbitrary: fc.constant('application/json') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('text/plain', 'application/json; charset=latin1', 'multipart/form-data', ''),
  },
)

/** The admin key; seldom none, or one that is none. */
const authorization: fc.Arbitrary<[string, string][]> = fc.oneof(
  { weight: 19, arbitrary: fc.constant<[string, string][]>([]) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(
        '',
        'Bearer',
        'Basic YTpi',
        'Bearer rbk_x',
        'Bearer eyJhbGciOiJub25lIn0.e30.',
        'Bearer \u00e9',
      )
      .map((value): [string, string][] => [['authorization', value]]),
  },
)

const unaskedBody = fc.oneof(
  { weight: 9, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.constantFrom('{}', '[]', '{') },
)

function body({ content }: NonNullable<Operation['requestBody']>, schemas: Schemas) {
  const good = valuesOf(content['application/json']!.schema, schemas)
  return fc.oneof(
    { weight: 4, arbitrary: good.map((value) => JSON.stringify(value)) },
    { weight: 5, arbitrary: broken(good).map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: good.map((value) => JSON.stringify(value).slice(0, -1)) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        undefined,
        '',
        'null',
        '[]',
        '"text"',
        '{"a":1}{"b":2}',
        '\ufeff{}',
        '{"url":"\\ud800"}',
        '['.repeat(100_000),
        `{"data":${'{"a":'.repeat(99)}1${'}'.repeat(99)}}`,
        '{"__proto__":{"admin":true}}',
        `{"data":1e400,"type":"a"}`,
        `{"a":"${'x'.repeat(300_000)}"}`,
      ),
    },
  )
}
