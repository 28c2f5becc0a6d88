/** A namespace of the client: the operations of one tag, as a class. */
import { docComment, schemaType } from '../../../src/client/schema-type.ts'
import type { Parameter, Schema } from './document.ts'
import { HEAD } from './head.ts'
import { type Named, pascal } from './names.ts'
import { refName } from './refs.ts'

/**
 * Operations that the client words anew by hand (`src/client/events.ts`): they are generated for its use alone, under
 * their ids.
 */
const BY_HAND = new Set(['emitEvent', 'emitEventBatch'])

const SENT = { ref: refName, dates: true, undefinedToo: true }
const ANSWERED = { ref: refName }

/** What a method gives, and how it is asked for. */
type Answer =
  | { how: 'json' | 'pages' | 'text'; type: string; about: string }
  | { how: 'stream'; type: string; about: string }

/** @returns the text of the file */
export function writeNamespace(tag: string, about: string, operations: readonly Named[]): string {
  const methods = operations.map(writeMethod)
  const queries = operations.flatMap(writeQuery)
  const body = [
    ...queries,
    `/** ${about} */\nexport class ${pascal(tag)} {\n  constructor(protected readonly http: Http) {}\n\n${methods.join('\n')}}\n`,
  ].join('\n')
  return `${HEAD}${writeImports(body)}\n${body}`
}

/** Whatever the body names. */
function writeImports(body: string): string {
  const code = body.replace(/\/\*\*.*?\*\//gs, '').replace(/'[^']*'/g, '')
  const uses = (name: string) => new RegExp(`\\b${name}\\b`).test(code)
  const lines = [
    uses('EventStream') && "import type { EventStream, StreamOptions } from '../event-stream.ts'",
    "import type { Http } from '../http.ts'",
    ...importOperation(code.includes('path`'), uses('RequestOptions')),
    uses('Pages') && "import type { Pages } from '../pages.ts'",
    uses('schemas') && "import type * as schemas from './schemas.ts'",
  ]
  return `${lines.filter(Boolean).join('\n')}\n`
}

function importOperation(path: boolean, options: boolean): string[] {
  if (!path) return options ? ["import type { RequestOptions } from '../operation.ts'"] : []
  return [`import { path${options ? ', type RequestOptions' : ''} } from '../operation.ts'`]
}

function writeMethod(named: Named): string {
  const { operation, method, verb, path } = named
  const answer = answerOf(named)
  const parameters = parametersOf(named)
  const about = docComment(
    [
      `${operation.summary}.`,
      ...(operation.description ? [operation.description] : []),
      `\n\`${verb} ${path}\``,
      ...parameters.flatMap(({ name, about }) => (about ? [`@param ${name} ${about}`] : [])),
      `@returns ${answer.about}`,
      ...(operation.deprecated ? ['@deprecated'] : []),
    ],
    '  ',
  )
  const name = BY_HAND.has(operation.operationId) ? `protected ${operation.operationId}` : method
  const list = parameters.map(({ text }) => text).join(', ')
  const given =
    answer.how === 'stream'
      ? `EventStream<${answer.type}>`
      : answer.how === 'pages'
        ? `Pages<${answer.type}>`
        : `Promise<${answer.type}>`
  const call = `this.http.${answer.how}${answer.how === 'text' ? '' : `<${answer.type}>`}`
  return `${about}  ${name}(${list}): ${given} {\n    return ${call}(${operationText(named)}, options)\n  }\n`
}

/** In order: what the path names, the body, the query, what may be said of any call. */
function parametersOf(named: Named): { name: string; text: string; about?: string | undefined }[] {
  const { operation } = named
  const inPath = pathParameters(named).map(({ name, description }) => ({
    name,
    text: `${name}: string`,
    about: description,
  }))
  const body = operation.requestBody
  const query = queryOf(named)
  const options = answerOf(named).how === 'stream' ? 'StreamOptions' : 'RequestOptions'
  const isQueryNeeded = query.some(({ required }) => required)
  return [
    ...inPath,
    ...(body
      ? [{ name: 'body', text: `body${body.required ? '' : '?'}: ${schemaText(bodySchema(named), SENT)}` }]
      : []),
    ...(query.length > 0
      ? [{ name: 'query', text: `query${isQueryNeeded ? '' : '?'}: ${queryName(named)}` }]
      : []),
    { name: 'options', text: `options?: ${options}` },
  ]
}

function operationText(named: Named): string {
  const { operation, verb, path } = named
  const isKeyed = operation.parameters?.some(({ name }) => name.toLowerCase() === 'idempotency-key')
  const filled = path.includes('{')
    ? `path\`${path.replace(/\{(\w+)\}/g, (_, name: string) => `\${${name}}`)}\``
    : `'${path}'`
  const fields = [
    `method: '${verb}'`,
    `path: ${filled}`,
    ...(operation.requestBody ? ['body'] : []),
    ...(queryOf(named).length > 0 ? ['...(query && { query })'] : []),
    ...(isKeyed ? ['keyed: true'] : []),
  ]
  return `{ ${fields.join(', ')} }`
}

/** The answer of success that says most. */
function answerOf(named: Named): Answer {
  const successes = Object.entries(named.operation.responses).filter(([status]) => status.startsWith('2'))
  const about = successes[0]?.[1].description ?? ''
  const contents = successes.flatMap(([, { content }]) => (content ? [content] : []))
  const schemas = (type: string) => contents.flatMap((content) => (content[type] ? [content[type]] : []))
  const [json] = schemas('application/json')
  if (json) {
    const entry = json.schema && entryOf(json.schema, named)
    if (entry)
      return {
        how: 'pages',
        type: schemaText(entry, ANSWERED),
        about: 'The list, page by page as it is read.',
      }
    const types = [...new Set(schemas('application/json').map(({ schema }) => schemaText(schema, ANSWERED)))]
    return { how: 'json', type: types.join(' | '), about }
  }
  const [stream] = schemas('text/event-stream')
  if (stream) {
    return { how: 'stream', type: schemaText(stream.schema, ANSWERED), about }
  }
  return contents.length > 0 ? { how: 'text', type: 'string', about } : { how: 'json', type: 'void', about }
}

/** Of a list: what its pages hold. */
function entryOf({ properties }: Schema, named: Named): Schema | undefined {
  const isList = properties?.nextCursor && queryOf(named).some(({ name }) => name === 'cursor')
  return isList ? properties.data?.items : undefined
}

function writeQuery(named: Named): string[] {
  const query = queryOf(named)
  if (query.length === 0) return []
  const schema = {
    type: 'object',
    properties: Object.fromEntries(
      query.map(({ name, schema, description }) => [
        name,
        { ...schema, ...(description && { description }) },
      ]),
    ),
    required: query.filter(({ required }) => required).map(({ name }) => name),
  }
  return [
    `/** What ${named.operation.operationId} may be asked. */\nexport interface ${queryName(named)} ${schemaText(schema, SENT)}\n`,
  ]
}

const queryName = ({ operation }: Named) =>
  `${operation.operationId.charAt(0).toUpperCase()}${operation.operationId.slice(1)}Query`

/** In the order of the path, whatever the order of their description. */
function pathParameters({ path, operation }: Named): Parameter[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(
    ([, name]) =>
      operation.parameters?.find((one) => one.in === 'path' && one.name === name) ?? {
        name: name!,
        in: 'path',
      },
  )
}

const queryOf = ({ operation }: Named): Parameter[] =>
  operation.parameters?.filter((one) => one.in === 'query') ?? []

const bodySchema = ({ operation }: Named): Schema | undefined =>
  operation.requestBody?.content['application/json']?.schema

/** A type that names those of `schemas.ts` by their module, so that none is taken for a global of its name. */
const schemaText = (schema: Schema | undefined, options: typeof SENT | typeof ANSWERED): string =>
  schemaType(schema ?? {}, { ...options, ref: (ref) => `schemas.${refName(ref)}` })
