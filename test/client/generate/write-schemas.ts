/** The named schemas of the document, as types. */
import { docComment, schemaType, wordsOf } from '../../../src/client/schema-type.ts'
import type { Document, Schema } from './document.ts'
import { refName } from './refs.ts'
import { HEAD } from './head.ts'

export function writeSchemas(document: Document, sent: ReadonlySet<string>): string {
  const types = Object.entries(document.components.schemas).map(([name, schema]) => {
    const about = docComment(wordsOf(schema))
    const options = sent.has(name)
      ? { ref: refName, dates: true, undefinedToo: true }
      : { ref: refName }
    const type = schemaType(schema, options)
    return `${about}${isObject(schema) && type.startsWith('{') ? `export interface ${name} ${type}` : `export type ${name} = ${type}`}\n`
  })
  return `${HEAD}\n${types.join('\n')}`
}

/** An interface reads better in an editor's hints than the type that it stands for. */
const isObject = ({ type, ...schema }: Schema): boolean => type === 'object' && !('allOf' in schema)
