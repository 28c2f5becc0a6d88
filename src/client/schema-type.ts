/**
 * JSON Schema as a TypeScript type: what the two have in common. What TypeScript cannot say (a pattern, a minimum, a
 * condition) is left out, and what nothing is known of is `unknown`, so the type never refuses what the schema takes for a
 * reason of ours.
 */

/** How a type is written. */
export interface SchemaTypeOptions {
  /** The type that a `$ref` stands for; undefined: it is looked up in the schema itself. */
  ref?(ref: string): string | undefined
  /** Whether a moment may be a `Date` too, as in what is sent. */
  dates?: boolean
  /** Whether what may be left out may also be there as `undefined`. */
  undefinedToo?: boolean
}

type Schema = Record<string, unknown>

/**
 * Writes a schema as a type.
 * @param schema a JSON Schema, of draft-07 or 2020-12
 * @returns TypeScript, over more than one line where it is an object; further lines are indented by `indent`
 */
export function schemaType(schema: unknown, options: SchemaTypeOptions = {}, indent = ''): string {
  return new Writer(schema, options).write(schema, indent)
}

/** A comment that explains a type or a field; empty when there is nothing to say. */
export function docComment(lines: readonly string[], indent = ''): string {
  const text = lines
    .flatMap((line) => line.split('\n'))
    .map((line) => line.replaceAll('*/', '*\\/').trimEnd())
    .filter((line, index, all) => line !== '' || (index > 0 && all[index - 1] !== ''))
  if (text.length === 0) return ''
  if (text.length === 1) return `${indent}/** ${text[0]} */\n`
  return `${indent}/**\n${text.map((line) => `${indent} * ${line}`.trimEnd()).join('\n')}\n${indent} */\n`
}

class Writer {
  /** References that are being written: one that comes again within itself has no end. */
  readonly #open = new Set<string>()

  constructor(
    private readonly root: unknown,
    private readonly options: SchemaTypeOptions,
  ) {}

  write(given: unknown, indent: string): string {
    if (given === false) return 'never'
    if (typeof given !== 'object' || given === null) return 'unknown'
    const schema = given as Schema
    const parts: string[] = []
    if (typeof schema.$ref === 'string') parts.push(this.#reference(schema.$ref, indent))
    if ('const' in schema) parts.push(literal(schema.const))
    else if (Array.isArray(schema.enum)) parts.push(union(schema.enum.map(literal)))
    else parts.push(this.#byType(schema, indent))
    for (const one of listOf(schema.allOf)) parts.push(this.write(one, indent))
    for (const choice of [schema.anyOf, schema.oneOf])
      if (Array.isArray(choice)) parts.push(union(choice.map((one) => this.write(one, indent))))
    return intersection(parts)
  }

  #reference(ref: string, indent: string): string {
    const named = this.options.ref?.(ref)
    if (named !== undefined) return named
    if (this.#open.has(ref)) return 'unknown'
    this.#open.add(ref)
    const type = this.write(this.#find(ref), indent)
    this.#open.delete(ref)
    return type
  }

  /** Within the same document alone. Source: RFC 6901. */
  #find(ref: string): unknown {
    if (ref === '#') return this.root
    if (!ref.startsWith('#/')) return undefined
    const steps = ref
      .slice(2)
      .split('/')
      .map((step) => decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~'))
    return steps.reduce<unknown>((at, step) => (at as Schema | undefined)?.[step], this.root)
  }

  #byType(schema: Schema, indent: string): string {
    const types = listOf(schema.type)
    if (types.length > 0) return union(types.map((type) => this.#ofType(type, schema, indent)))
    if (schema.properties || schema.required || isSchema(schema.additionalProperties))
      return this.#ofType('object', schema, indent)
    return schema.items || schema.prefixItems ? this.#ofType('array', schema, indent) : 'unknown'
  }

  #ofType(type: unknown, schema: Schema, indent: string): string {
    switch (type) {
      case 'string':
        return this.options.dates && schema.format === 'date-time' ? 'string | Date' : 'string'
      case 'number':
      case 'integer':
        return 'number'
      case 'boolean':
      case 'null':
        return type
      case 'array':
        return this.#array(schema, indent)
      case 'object':
        return this.#object(schema, indent)
      default:
        return 'unknown'
    }
  }

  #array(schema: Schema, indent: string): string {
    // A tuple: `prefixItems` and `items` since 2020-12, `items` and `additionalItems` before.
    const tuple = schema.prefixItems ?? schema.items
    if (!Array.isArray(tuple)) return arrayOf(this.write(schema.items, indent))
    const least = typeof schema.minItems === 'number' ? schema.minItems : 0
    const fields = tuple.map((one, index) => {
      const type = this.write(one, indent)
      return index < least ? type : `(${type})?`
    })
    const rest = schema.prefixItems ? schema.items : schema.additionalItems
    if (rest !== false) fields.push(`...${arrayOf(this.write(rest, indent))}`)
    return `[${fields.join(', ')}]`
  }

  #object(schema: Schema, indent: string): string {
    const properties = Object.entries((schema.properties ?? {}) as Schema)
    const required = new Set(listOf(schema.required))
    const further = schema.additionalProperties
    if (properties.length === 0 && required.size === 0) {
      if (further === false) return 'Record<string, never>'
      return `Record<string, ${this.write(further, indent)}>`
    }
    const inner = `${indent}  `
    const fields = properties.map(([name, one]) => this.#field(name, one, required.has(name), inner))
    const unlisted = [...required].filter((name) => !properties.some(([listed]) => listed === name))
    for (const name of unlisted) fields.push(`${inner}${propertyName(String(name))}: unknown\n`)
    // Fields of other names have to take what the listed ones are as well.
    if (isSchema(further) || further === true) fields.push(`${inner}[name: string]: unknown\n`)
    return `{\n${fields.join('')}${indent}}`
  }

  #field(name: string, schema: unknown, isRequired: boolean, indent: string): string {
    const about = docComment(wordsOf(schema), indent)
    const type = this.write(schema, indent)
    const tooBeUndefined = !isRequired && this.options.undefinedToo && type !== 'unknown'
    return `${about}${indent}${propertyName(name)}${isRequired ? '' : '?'}: ${type}${tooBeUndefined ? ' | undefined' : ''}\n`
  }
}

/** What a schema says of itself in words. */
export function wordsOf(schema: unknown): string[] {
  if (!isSchema(schema)) return []
  const { description, deprecated } = schema
  return [...(typeof description === 'string' ? [description] : []), ...(deprecated ? ['@deprecated'] : [])]
}

const isSchema = (given: unknown): given is Schema => typeof given === 'object' && given !== null

const listOf = (given: unknown): unknown[] =>
  Array.isArray(given) ? given : given === undefined ? [] : [given]

/** As a key of an object type or in one. */
export const propertyName = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name))

/** In single quotes; whatever would end a line or the quotes is escaped. */
const quoted = (text: string): string =>
  `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'").replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}'`

function literal(value: unknown): string {
  if (typeof value === 'string') return quoted(value)
  return typeof value === 'object' && value !== null ? 'unknown' : String(value)
}

/** `unknown` takes in all others. */
function union(types: readonly string[]): string {
  const different = [...new Set(types)]
  if (different.includes('unknown')) return 'unknown'
  const some = different.filter((type) => type !== 'never')
  return some.length === 0 ? 'never' : some.join(' | ')
}

/** `unknown` adds nothing to others. */
function intersection(types: readonly string[]): string {
  const different = [...new Set(types)].filter((type) => type !== 'unknown')
  if (different.length === 0) return 'unknown'
  if (different.length === 1) return different[0]!
  return different.map((type) => (isUnion(type) ? `(${type})` : type)).join(' & ')
}

const arrayOf = (type: string): string => (/^\w+$/.test(type) ? `${type}[]` : `Array<${type}>`)

/** Braces and quotes may hold a bar too; a needless pair of brackets harms nothing. */
const isUnion = (type: string): boolean => type.includes(' | ')
