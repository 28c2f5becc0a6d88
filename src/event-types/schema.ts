/**
 * JSON Schemas of events: draft-07 unless `$schema` says 2020-12.
 *
 * Source: JSON Schema draft-07 and 2020-12, Validation; RFC 6901 (JSON Pointer).
 */
import { Ajv, type ErrorObject, type Options, type ValidateFunction } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { type Fault, type RingbackError, refused } from '../errors.ts'
import { compilePattern } from './pattern.ts'
import { UNIQUE_ITEMS } from './unique-items.ts'

/** Finds what is wrong with an event's data; none when it keeps to the schema. */
export type SchemaTest = (data: unknown) => Fault[]

/** First fault only: to look for all of them lets a small event cost much time. Unknown keywords are let be, as the standard says. */
const OPTIONS: Options = {
  allErrors: false,
  strict: false,
  logger: false,
  addUsedSchema: false,
  // The name is for code that ajv would write into a file, which nobody asks of it.
  code: { regExp: Object.assign(compilePattern, { code: 'compilePattern' }) },
}

/** A `oneOf` has a fault for each of its branches, and there may be hundreds. */
const MAX_FAULTS = 20

/**
 * Makes a test of a schema.
 * @param schema as its author wrote it; it may refer to parts of itself alone
 * @throws RingbackError `schema_invalid`
 */
export function compileSchema(schema: unknown): SchemaTest {
  if (typeof schema !== 'boolean' && !isRecord(schema)) throw invalid('must be an object')
  const validate = compile(schema)
  // Such a schema would answer with a promise, which is truthy whatever it says.
  if ('$async' in validate) throw invalid('must not be $async')
  return (data) => (validate(data) ? [] : (validate.errors ?? []).slice(0, MAX_FAULTS).map(faultOf))
}

function compile(schema: boolean | Record<string, unknown>): ValidateFunction {
  // A validator of its own for each: schemas know nothing of each other, and two may have the same $id.
  const ajv = isNewer(schema) ? new Ajv2020(OPTIONS) : new Ajv(OPTIONS)
  formats.default(ajv)
  ajv.removeKeyword(UNIQUE_ITEMS.keyword as string).addKeyword(UNIQUE_ITEMS)
  try {
    return ajv.compile(schema)
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : String(error))
  }
}

const isNewer = (schema: boolean | Record<string, unknown>) =>
  typeof schema === 'object' && String(schema.$schema).includes('/2020-12/')

const invalid = (message: string): RingbackError =>
  refused('schema_invalid', 'This is not a JSON Schema that can be used.', [{ path: 'schema', message }])

/** ajv points at the object that lacks a property, or has one too many; the fault points at the property. */
function faultOf({ instancePath, params, message = 'is not valid' }: ErrorObject): Fault {
  const property: unknown = params.missingProperty ?? params.additionalProperty ?? params.unevaluatedProperty
  const path = instancePath.split('/').slice(1).map(unescapePointer)
  if (typeof property === 'string') path.push(property)
  return { path: path.reduce(append, 'data'), message }
}

const unescapePointer = (part: string) => part.replaceAll('~1', '/').replaceAll('~0', '~')

const append = (path: string, part: string) => (/^\d+$/.test(part) ? `${path}[${part}]` : `${path}.${part}`)

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
