/** The OpenAPI document without anything behind it: no database, no queue, no socket. */
import { createApi } from './app.ts'
import type { ApiNeeds } from './needs.ts'

/** Stands for whatever the API needs: routes are described, and none is asked. As a text it is a URL. */
const nobody: unknown = new Proxy(() => {}, {
  get(_, key) {
    if (key === Symbol.toPrimitive) return () => 'http://nobody.test'
    return key === Symbol.iterator ? () => [].values() : nobody
  },
  apply: () => nobody,
})

/** @returns the document of this version, as JSON text */
export async function describeApi(): Promise<string> {
  return (await createApi(nobody as ApiNeeds).request('/openapi.json')).text()
}
