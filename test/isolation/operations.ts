/** The operations of the API as its document tells them, and the sending of their requests. */
import type { Scope } from '../../src/access/caller.ts'
import type { TestAnswer, TestApi } from '../api/test-api.ts'
import { ROWS } from './route-rows.ts'
import type { Possessions } from './world.ts'

export interface Operation {
  id: string
  method: string
  path: string
  /** `any`: a good key will do; null: none is needed. */
  scope: Scope | 'any' | null
}

/** All of them. */
export async function operationsOf({ ask }: TestApi): Promise<Operation[]> {
  const { json: document } = await ask('GET /openapi.json')
  return Object.entries<Record<string, { operationId: string; security: { key: Scope[] }[] }>>(
    document.paths,
  ).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, security }]) => ({
      id: operationId,
      method: method.toUpperCase(),
      path,
      scope: security[0] ? (security[0].key[0] ?? ('any' as const)) : null,
    })),
  )
}

/**
 * Sends an operation's request.
 * @param key the caller's; empty: none
 * @param ids to fill its path and body with
 */
export function sendRow(
  { ask }: TestApi,
  { id, method, path }: Operation,
  key: string,
  ids: Possessions,
): Promise<TestAnswer> {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: keyof Possessions) => ids[name])
  const body = ROWS[id]?.body?.(ids)
  return ask(`${method} ${filled}`, {
    headers: { Authorization: key && `Bearer ${key}` },
    ...(body !== undefined && { body }),
  })
}
