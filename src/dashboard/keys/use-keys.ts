import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { ask } from '../api/client.ts'
import { pathOf } from '../api/paths.ts'
import type { ApiKey, Page, Scope } from '../api/shapes.ts'
import { useChange } from '../api/use-change.ts'

/** A page of the installation's keys. */
export const useKeys = (cursor: string | undefined) =>
  useQuery({
    queryKey: ['keys', cursor],
    queryFn: ({ signal }) =>
      ask<Page<ApiKey>>('GET', pathOf(undefined, 'api-keys'), { query: { cursor }, signal }),
    placeholderData: keepPreviousData,
  })

/** What is said of a new key. */
export interface NewKey {
  name: string
  scopes: Scope[]
  tenant?: string
  expiresAt?: string
}

/** Makes a key; the answer holds it this once. */
export const useMakeKey = () =>
  useChange(
    (body: NewKey) => ask<ApiKey & { key: string }>('POST', pathOf(undefined, 'api-keys'), { body }),
    {
      stale: [['keys']],
      quiet: true,
    },
  )

/** Revokes a key. */
export const useRevokeKey = () =>
  useChange((id: string) => ask<void>('DELETE', pathOf(undefined, 'api-keys', id)), {
    stale: [['keys']],
    said: 'The key is revoked.',
    quiet: true,
  })
