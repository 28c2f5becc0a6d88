import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SCOPES, type Scope } from '../../src/access/caller.ts'
import { createTestApi, type TestApi } from '../api/test-api.ts'
import { type Operation, operationsOf, sendRow } from './operations.ts'
import { ROWS } from './route-rows.ts'
import { everything, giveKey, nobodys, openPortal, type Possessions, settle } from './world.ts'

const api: TestApi = await createTestApi()
afterAll(() => api.close())

const operations = await operationsOf(api)
const guarded = operations.filter(({ scope }) => scope !== null && scope !== 'any') as (Operation & {
  scope: Scope
})[]

it('every operation has its row, and every row its operation', () => {
  expect(operations.map(({ id }) => id).sort()).toEqual(Object.keys(ROWS).sort())
})

it('the probes alone are open, and signing in and out', async () => {
  const open = operations.filter(({ scope }) => scope === null)
  expect(open.map(({ id }) => id)).toEqual(['getLiveness', 'getReadiness', 'createSession', 'deleteSession'])
  for (const operation of open)
    expect(await sendRow(api, operation, '', nobodys())).toMatchObject({
      status: ROWS[operation.id]!.answers,
    })
})

it('what any key may ask is about the caller alone', async () => {
  const any = operations.filter(({ scope }) => scope === 'any')
  expect(any.map(({ id }) => id)).toEqual(['getSession'])
  for (const key of Object.values(dead)) expect(await ask('GET /v1/session', key)).toMatchObject(REFUSED(401))
  for (const key of Object.values(strangers))
    expect((await ask('GET /v1/session', key)).json).toMatchObject({ tenant: stranger.tenant })
})

it('whatever changes something needs more than the scope to read', () => {
  const readable = operations.filter(({ scope }) => scope === 'read')
  expect(readable.filter(({ method, id }) => method !== 'GET' && !ROWS[id]?.changesNothing)).toEqual([])
})

/** The stranger: a tenant with one of everything, and callers who are bound to it. */
let stranger: Possessions
/** Keys that are good for nothing any more, or never were. */
let dead: Record<string, string>
/** Callers who may do everything that a stranger can be let do. */
let strangers: Record<string, string>
/** A key of each scope, for all tenants. */
const keyOf = {} as Record<Scope, string>

beforeAll(async () => {
  stranger = await settle(api, 'stranger')
  for (const scope of SCOPES) keyOf[scope] = (await giveKey(api, [scope])).key
  strangers = {
    'a key of another tenant': (await giveKey(api, SCOPES, stranger.tenant)).key,
    'a portal token of another tenant': (await openPortal(api, stranger.tenant)).token,
    'a token of another tenant to look alone': (await openPortal(api, stranger.tenant, true)).token,
  }
  dead = await deadKeys()
})

describe.each(guarded)('$method $path', (operation) => {
  const row = ROWS[operation.id] ?? { answers: 0 }
  const { path, scope } = operation
  const namesTenant = path.includes('{tenant}')
  let owner: Possessions

  const send = (as: string, ids: Possessions) => sendRow(api, operation, as, ids)

  beforeAll(async () => {
    owner = await settle(api, `owner-${operation.id}`)
  })

  it('is closed to strangers, who cannot tell what is there, and open to those who may', async () => {
    const before = await everything(api.database.db)

    for (const [who, key] of Object.entries(dead))
      expect(await send(key, owner), who).toMatchObject(REFUSED(401))

    for (const one of SCOPES.filter((one) => one !== scope && one !== 'admin'))
      expect(await send(keyOf[one], owner), `the scope ${one}`).toMatchObject(REFUSED(403))

    for (const [who, key] of Object.entries(strangers)) {
      const answer = await send(key, owner)
      const onAbsent = await send(key, { ...nobodys() })
      if (row.itemByItem && answer.status !== 403) {
        expect(answer.json, who).toEqual({ data: [{ error: expect.objectContaining({ status: 404 }) }] })
      } else {
        expect(answer.status, who).toSatisfy((status: number) => status === 403 || status === 404)
      }
      expect(blind(answer), `${who}: as if it were not there`).toEqual(blind(onAbsent))
    }
    if (!row.itemByItem)
      expect(await send(strangers['a key of another tenant']!, owner)).toMatchObject(REFUSED(404))

    // By way of one's own tenant, to the ids of another.
    if (namesTenant && !row.findsCommon && (row.namesInBody || /\{(?!tenant)/.test(path))) {
      for (const [who, key] of Object.entries({ ...strangers, 'the admin': keyOf.admin })) {
        const answer = await send(key, { ...owner, tenant: stranger.tenant })
        const onAbsent = await send(key, { ...nobodys(), tenant: stranger.tenant })
        expect(answer.status, `${who} by their own path`).toSatisfy((s: number) => s === 403 || s === 404)
        expect(answer.text, `${who} by their own path: as if it were not there`).toBe(onAbsent.text)
        if (key === keyOf.admin) expect(answer.status).toBe(404)
      }
    }

    expect(await everything(api.database.db), 'nothing was changed').toBe(before)

    const rightful = namesTenant ? (await giveKey(api, [scope!], owner.tenant)).key : keyOf[scope!]
    const untouched = await everything(api.database.db)
    expect((await send(rightful, owner)).status, 'with the scope, to the tenant itself').toBe(row.answers)
    if (scope === 'read')
      expect(await everything(api.database.db), 'who reads changes nothing').toBe(untouched)
  })
})

const REFUSED = (status: number) => ({ status, headers: expect.toSatisfy(isProblem), json: { status } })

const isProblem = (headers: Headers) => headers.get('Content-Type') === 'application/problem+json'

function ask(request: string, as: string) {
  return api.ask(request, { headers: { Authorization: as && `Bearer ${as}` } })
}

/** An answer without the path that was asked for, which a caller knows. */
function blind({ status, text }: { status: number; text: string }) {
  return { status, text: text.replace(/\/v1\/\S+/, '') }
}

async function deadKeys(): Promise<Record<string, string>> {
  const { db } = api.database
  const [revoked, expired] = [await giveKey(api, ['admin']), await giveKey(api, ['admin'])]
  const [revokedToken, expiredToken] = [
    await openPortal(api, stranger.tenant),
    await openPortal(api, stranger.tenant),
  ]
  // Each was good: none is refused because it never worked.
  for (const key of [revoked.key, expired.key])
    expect(await ask('GET /v1/tenants', key)).toMatchObject({ status: 200 })
  for (const { token } of [revokedToken, expiredToken])
    expect(await ask('GET /v1/tenants/stranger', token)).toMatchObject({ status: 200 })

  await api.ask(`DELETE /v1/api-keys/${revoked.id}`)
  await api.ask(`DELETE /v1/tenants/stranger/portal-sessions/${revokedToken.id}`)
  await db.execute(
    sql`update ringback.api_keys set expires_at = now() - interval '1 second' where id = ${expired.id}`,
  )
  await db.execute(
    sql`update ringback.portal_sessions set expires_at = now() - interval '1 second' where id = ${expiredToken.id}`,
  )
  api.needs.access.forget(expired.id)
  api.needs.access.forget(expiredToken.id)
  return {
    'no key': '',
    'a made-up key': 'made-up',
    'a mistyped key': `${keyOf.admin}0`,
    'a revoked key': revoked.key,
    'an expired key': expired.key,
    'a revoked token': revokedToken.token,
    'an expired token': expiredToken.token,
  }
}
