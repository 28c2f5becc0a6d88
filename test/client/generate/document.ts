/** The OpenAPI document without anything behind it: no database, no queue, no socket. */
import { createApi } from '../../../src/api/app.ts'
import type { ApiNeeds } from '../../../src/api/needs.ts'

/** What of a JSON Schema the generator looks at itself. */
export interface Schema {
  $ref?: string
  type?: string | string[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
}

export interface Parameter {
  name: string
  in: 'path' | 'query' | 'header' | 'cookie'
  required?: boolean
  description?: string
  schema?: Schema
}

export type Content = Record<string, { schema?: Schema }>

export interface Operation {
  operationId: string
  summary: string
  description?: string
  deprecated?: boolean
  tags: string[]
  parameters?: Parameter[]
  requestBody?: { required?: boolean; content: Content }
  responses: Record<string, { description: string; content?: Content }>
}

export interface Document {
  tags: { name: string; description: string }[]
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema> }
}

/** Stands for whatever the API needs: routes are described, and none is asked. As a text it is a URL. */
const nobody: unknown = new Proxy(() => {}, {
  get(_, key) {
    if (key === Symbol.toPrimitive) return () => 'http://nobody.test'
    return key === Symbol.iterator ? () => [].values() : nobody
  },
  apply: () => nobody,
})

export async function readDocument(): Promise<Document> {
  const answer = await createApi(nobody as ApiNeeds).request('/openapi.json')
  return (await answer.json()) as Document
}
