/** The named schemas that operations use, as types. */
import { docComment, schemaType, wordsOf } from '../../../src/client/schema-type.ts'
import type { Document, Operation, Schema } from './document.ts'
import { HEAD } from './head.ts'
import { refName, usesOf } from './refs.ts'

/** What a caller may write more freely than the API answers it. */
const SENT = { ref: refName, dates: true, undefinedToo: true }
const ANSWERED = { ref: refName }

export function writeSchemas(document: Document, operations: readonly Operation[]): string {
  const uses = usesOf(document, operations)
  const types = Object.entries(document.components.schemas)
    .filter(([name]) => uses.has(name))
    .map(([name, schema]) => {
      const type = schemaType(schema, uses.get(name) === 'sent' ? SENT : ANSWERED)
      return `${docComment(wordsOf(schema))}${declare(name, type, schema)}\n`
    })
  return `${HEAD}\n${types.join('\n')}`
}

/** An interface reads better in an editor's hints than the type that it stands for. */
function declare(name: string, type: string, schema: Schema): string {
  const isPlain =
    schema.type === 'object' && type.startsWith('{') && type.endsWith('}') && !('allOf' in schema)
  return isPlain ? `export interface ${name} ${type}` : `export type ${name} = ${type}`
}
