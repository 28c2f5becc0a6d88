/** The public names of the client: namespaces from tags, methods from operation ids. */
import type { Document, Operation } from './document.ts'

/** An operation with its place in the client. */
export interface Named {
  /** `endpoints` */
  namespace: string
  /** `rotateSecret` */
  method: string
  /** `POST` */
  verb: string
  /** `/v1/tenants/{tenant}/endpoints/{endpoint}/secret/rotate` */
  path: string
  operation: Operation
}

/**
 * All operations of the document.
 * @throws Error when two would have one name
 */
export function nameOperations(document: Document): Named[] {
  const named = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([verb, operation]) => {
      const [tag = ''] = operation.tags
      return {
        namespace: camel(tag),
        method: methodOf(operation.operationId, tag),
        verb: verb.toUpperCase(),
        path,
        operation,
      }
    }),
  )
  const taken = new Map<string, string>()
  for (const { namespace, method, operation } of named) {
    const name = `${namespace}.${method}`
    const other = taken.get(name)
    if (other)
      throw new Error(`${other} and ${operation.operationId} would both be ${name}; name one otherwise.`)
    taken.set(name, operation.operationId)
  }
  return named
}

/** `API keys` is `apiKeys`. */
export function camel(tag: string): string {
  const name = pascal(tag)
  return name.charAt(0).toLowerCase() + name.slice(1)
}

/** `API keys` is `ApiKeys`. */
export const pascal = (words: string): string =>
  words
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase())
    .join('')

/**
 * What the tag says already is left out after the verb: of `Endpoints`, `createEndpoint` is `create`, `listEndpoints` is
 * `list` and `rotateEndpointSecret` is `rotateSecret`; of `Deliveries`, `listAllDeliveries` is `listAll`, `listAttempts`
 * stays. `listTenantAuditLog` is `listOfTenant`, of `Stats` `getEndpointStats` is `getOfEndpoint`.
 */
export function methodOf(operationId: string, tag: string): string {
  const plural = pascal(tag)
  const singular = plural.replace(/ies$/, 'y').replace(/s$/, '')
  for (const noun of [plural, singular]) {
    const [, verb, whose = '', rest = ''] =
      new RegExp(`^([a-z]+)(All|Refused|Tenant|Endpoint)?${noun}([A-Z].*)?$`).exec(operationId) ?? []
    if (verb) return verb + (['', 'All', 'Refused'].includes(whose) ? whose + rest : `${rest}Of${whose}`)
  }
  return operationId
}
