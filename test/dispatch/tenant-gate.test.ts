import { beforeEach, expect, test } from 'vitest'
import { createTenantGate, type TenantGate } from '../../src/dispatch/tenant-gate.ts'
import { MINUTE } from '../../src/duration.ts'

const CONCURRENCY = 100

const clock = { at: 0, now: () => clock.at }
let gate: TenantGate
beforeEach(() => {
  clock.at = 0
  gate = createTenantGate({ clock, concurrency: CONCURRENCY })
})

/** A tenant whose attempts last so long that nobody waits for a place of it. */
async function known(tenantId: string) {
  await gate.enter(tenantId)
  gate.leave(tenantId, 15_000)
}

/** Enters for each of these tenants in turn, until all are sent away. @returns how many places each got */
async function fill(...tenants: string[]): Promise<number[]> {
  const got = tenants.map(() => 0)
  const full = new Set<string>()
  for (let turn = 0; full.size < tenants.length && turn < CONCURRENCY; turn++)
    for (const [i, tenantId] of tenants.entries()) {
      if (full.has(tenantId)) continue
      if (await gate.enter(tenantId)) got[i]!++
      else full.add(tenantId)
    }
  return got
}

test('a tenant that is alone has all places', async () => {
  await known('a')
  expect(await fill('a')).toEqual([CONCURRENCY])
})

test('one beside another that wants little has four fifths', async () => {
  await known('other')
  await known('a')
  expect(await fill('a')).toEqual([80])
  expect(await gate.enter('other')).toBe(true)
})

test('those that want all have the same, and whoever comes new finds a place', async () => {
  for (const tenantId of ['a', 'b', 'c']) await known(tenantId)
  expect(await fill('a', 'b', 'c')).toEqual([31, 31, 31])
  expect(await gate.enter('new')).toBe(true)
})

test('one that was not there for a minute is not waited for', async () => {
  await known('other')
  clock.at = MINUTE
  await known('a')
  expect(await fill('a')).toEqual([CONCURRENCY])
})

test('places that are given back may be taken again', async () => {
  await known('other')
  await known('a')
  const [had] = await fill('a')
  for (let i = 0; i < had!; i++) gate.leave('a', 15_000)
  expect(await fill('a')).toEqual([had])
})

test('of quick attempts one more waits for the next place, and is not sent away', async () => {
  await known('other')
  await gate.enter('a')
  gate.leave('a', 5)
  for (let i = 0; i < 80; i++) await gate.enter('a')
  const next = gate.enter('a')
  gate.leave('a', 5)
  expect(await next).toBe(true)
})
