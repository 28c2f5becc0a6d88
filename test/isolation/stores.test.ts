import { readdirSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Db } from '../../src/db/open.ts'
import { packageFolder } from '../../src/package.ts'
import { upsertTenant } from '../../src/tenants/store.ts'
import { createTestApi, type TestApi } from '../api/test-api.ts'
import { type Prepared, STORE_ROWS } from './store-rows.ts'
import { everything, type Possessions, settle } from './world.ts'

const functions = await exportedFunctions()
const owned = Object.entries(STORE_ROWS)
  .filter(([, row]) => typeof row !== 'string')
  .map(([name, row]) => ({
    name,
    ...(typeof row === 'function' ? { before: async () => {}, ask: row } : (row as Prepared)),
  }))

let api: TestApi
let its: Possessions
beforeAll(async () => {
  api = await createTestApi()
  its = await settle(api, 'owner')
  await upsertTenant(api.database.db, 'stranger', {})
})
afterAll(() => api.close())

it('every function of a store has its row, and every row its function', () => {
  expect([...functions.keys()].sort()).toEqual(Object.keys(STORE_ROWS).sort())
})

it.each(owned)('$name asks for the owner first', ({ name }) => {
  expect(functions.get(name)!.toString()).toMatch(/^(?:async )?function \w+\(db, (?:tenantId|rows)\b/)
})

describe.each(owned)('$name', ({ before, ask }) => {
  const askFor = (tenantId: string) =>
    undone(async (tx) => {
      await before(tx, its)
      const was = await everything(tx)
      const found = await ask(tx, tenantId, its)
      return { found: !isNothing(found), changed: (await everything(tx)) !== was }
    })

  it('finds and changes what is the owner’s', async () => {
    const { found, changed } = await askFor(its.tenant)
    expect(found || changed).toBe(true)
  })

  it('finds and changes nothing for another tenant', async () => {
    const outcome = await askFor('stranger').catch((error: Error) => error)
    // What would join one tenant's row to another's is refused by Postgres itself.
    if (outcome instanceof Error) expect(outcome.cause).toMatchObject({ code: FOREIGN_KEY_VIOLATION })
    else expect(outcome).toEqual({ found: false, changed: false })
  })
})

const FOREIGN_KEY_VIOLATION = '23503'

/** Does something in a transaction that never was. */
async function undone<T>(work: (tx: Db) => Promise<T>): Promise<T> {
  const undo = new Error('undo')
  let result: T | undefined
  await api.database.db
    .transaction(async (tx) => {
      result = await work(tx)
      throw undo
    })
    .catch((error) => {
      if (error !== undo) throw error
    })
  return result!
}

function isNothing(found: unknown): boolean {
  if (Array.isArray(found)) return found.length === 0
  if (found instanceof Map || found instanceof Set) return found.size === 0
  return !found
}

/** All functions that the rooms' stores export, by room and name. */
async function exportedFunctions(): Promise<Map<string, (...args: never[]) => unknown>> {
  const src = new URL('src/', packageFolder)
  const stores = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /^[^/]+\/store\.ts$/.test(file),
  )
  const found = new Map<string, (...args: never[]) => unknown>()
  for (const file of stores) {
    const module: Record<string, unknown> = await import(new URL(file, src).href)
    for (const [name, value] of Object.entries(module)) {
      if (typeof value === 'function') found.set(`${file.split('/')[0]}/${name}`, value as () => unknown)
    }
  }
  return found
}
