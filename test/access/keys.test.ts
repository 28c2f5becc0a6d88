import { randomBytes } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { SCOPES, type Scope } from '../../src/access/caller.ts'
import { createApiKey, type KeyRequest } from '../../src/access/create-key.ts'
import { type Access, createAccess } from '../../src/access/keys.ts'
import { openPortal } from '../../src/access/open-portal.ts'
import { createPortalTokens } from '../../src/access/portal-token.ts'
import { deleteApiKey, deletePortalSession, findApiKey } from '../../src/access/store.ts'
import { SYSTEM } from '../../src/audit/entry.ts'
import { DAY, MINUTE, SECOND } from '../../src/duration.ts'
import { newId } from '../../src/ids.ts'
import { silentLog } from '../../src/telemetry/log.ts'
import { deleteTenant, upsertTenant } from '../../src/tenants/store.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'

const adminKey = 'an operator may choose: any string, with spaces too'
const portalTokens = createPortalTokens([randomBytes(32)])

let database: TestDatabase
let now: number
const clock = { now: () => now }
const processOf = (changes: { adminKey?: string; database?: TestDatabase } = {}): Access =>
  createAccess({
    adminKey,
    portalTokens,
    db: (changes.database ?? database).db,
    clock,
    log: silentLog,
    ...changes,
  })
let access: Access

beforeAll(async () => {
  database = await createTestDatabase()
  await upsertTenant(database.db, 'acme', {})
})
afterAll(() => database.drop())
beforeEach(() => {
  now = Date.now()
  access = processOf()
})

const give = (request: Partial<KeyRequest> = {}) =>
  database.db.transaction((tx) =>
    createApiKey(
      tx,
      { by: SYSTEM, ids: newId, clock, most: 100 },
      { name: 'a key', scopes: ['read'], ...request },
    ),
  )

const open = (tenantId = 'acme', { expiresInSeconds = 3600, readOnly = false } = {}) =>
  database.db.transaction((tx) =>
    openPortal(tx, { by: SYSTEM, ids: newId, clock, portalTokens, most: 100 }, tenantId, {
      expiresInSeconds,
      readOnly,
    }),
  )

const ask = (key: string, of = access) => of.authenticate(`Bearer ${key}`)
const UNAUTHORIZED = { kind: 'unauthorized', code: 'unauthorized' }

describe("the operator's key", () => {
  it('may do everything', async () => {
    expect(await ask(adminKey)).toEqual({
      kind: 'operator',
      name: null,
      expiresAt: null,
      owner: 'admin',
      scopes: ['admin'],
      tenantId: null,
      incarnation: null,
      since: null,
    })
  })

  it('is taken with the scheme in any case, as HTTP says', async () => {
    expect(await access.authenticate(`bearer ${adminKey}`)).toMatchObject({ owner: 'admin' })
  })

  it('keeps the owner when it is changed, so that answers are found again', async () => {
    const changed = 'k'.repeat(32)
    expect(await ask(changed, processOf({ adminKey: changed }))).toEqual(await ask(adminKey))
  })

  it('may look like an API key', async () => {
    const looksSo = `rbk_${'k'.repeat(40)}`
    expect(await ask(looksSo, processOf({ adminKey: looksSo }))).toMatchObject({ owner: 'admin' })
  })

  it.each([
    ['no header', undefined],
    ['an empty header', ''],
    ['the key without a scheme', adminKey],
    ['another scheme', `Basic ${adminKey}`],
    ['no key', 'Bearer '],
    ['another key', `Bearer ${'k'.repeat(32)}`],
    ['the beginning of the key', `Bearer ${adminKey.slice(0, -1)}`],
    ['the key and more', `Bearer ${adminKey}!`],
  ])('is not %s', async (_what, header) => {
    await expect(access.authenticate(header)).rejects.toMatchObject(UNAUTHORIZED)
  })
})

describe('an API key', () => {
  it('says who holds it, what they may do, and in whose part', async () => {
    const { key, text } = await give({ scopes: ['emit', 'read', 'emit'], tenantId: 'acme' })
    expect(await ask(text)).toEqual({
      kind: 'key',
      name: 'a key',
      expiresAt: null,
      owner: key.id,
      scopes: ['emit', 'read'],
      tenantId: 'acme',
      incarnation: expect.any(String),
      since: expect.any(Date),
    })
  })

  it('that is mistyped is refused without a look at the database', async () => {
    const { text } = await give()
    const gone = await createTestDatabase()
    await gone.drop()
    const blind = processOf({ database: gone })
    const mistyped = text.slice(0, -1) + (text.endsWith('0') ? '1' : '0')
    await expect(ask(mistyped, blind)).rejects.toMatchObject({
      ...UNAUTHORIZED,
      message: expect.stringContaining('mistyped'),
    })
    await expect(ask(text, blind)).rejects.not.toMatchObject(UNAUTHORIZED)
  })

  it('with the id of another one is refused', async () => {
    const [mine, other] = [await give(), await give()]
    await deleteApiKey(database.db, mine.key.id)
    const { hash } = (
      await database.db.execute<{ hash: Buffer }>(
        sql`select hash from ringback.api_keys where id = ${other.key.id}`,
      )
    ).rows[0]!
    await database.db.execute(
      sql`insert into ringback.api_keys (id, name, scopes, hash) values (${mine.key.id}, 'x', '{admin}', ${hash})`,
    )
    await expect(ask(mine.text)).rejects.toMatchObject(UNAUTHORIZED)
  })

  it('is kept as a hash alone', async () => {
    const { text } = await give()
    const { rows } = await database.db.execute<{ row: string }>(
      sql`select row_to_json(k)::text as row from ringback.api_keys k`,
    )
    const stored = rows.map(({ row }) => row).join()
    const secret = text.slice(30, 73)
    for (const form of [secret, Buffer.from(secret).toString('hex'), Buffer.from(secret).toString('base64')])
      expect(stored).not.toContain(form)
  })

  it('is refused from the moment it expires', async () => {
    const { text } = await give({ expiresAt: new Date(now + MINUTE) })
    now += MINUTE - 1
    expect(await ask(text)).toMatchObject({ scopes: ['read'] })
    now += 1
    await expect(ask(text)).rejects.toMatchObject(UNAUTHORIZED)
  })

  it('cannot be made expired, or for a tenant that is not there', async () => {
    await expect(give({ expiresAt: new Date(now) })).rejects.toMatchObject({ code: 'validation_failed' })
    await expect(give({ tenantId: 'nobody' })).rejects.toMatchObject({ code: 'not_found' })
  })

  it('that is revoked is refused at once where it was revoked, and within 5 seconds elsewhere', async () => {
    const { key, text } = await give()
    const elsewhere = processOf()
    await ask(text)
    await ask(text, elsewhere)
    await deleteApiKey(database.db, key.id)
    access.forget(key.id)
    await expect(ask(text)).rejects.toMatchObject(UNAUTHORIZED)
    // Within that time a process may still know it; that it does shows that not every request asks the database.
    expect(await ask(text, elsewhere)).toMatchObject({ owner: key.id })
    now += 5 * SECOND
    await expect(ask(text, elsewhere)).rejects.toMatchObject(UNAUTHORIZED)
  })

  it('that is revoked does not outlive a clock that is set back', async () => {
    const { key, text } = await give()
    await ask(text)
    await deleteApiKey(database.db, key.id)
    now -= DAY
    await expect(ask(text)).rejects.toMatchObject(UNAUTHORIZED)
  })

  it('of a tenant that is deleted is gone with it, also when the tenant is made again', async () => {
    await upsertTenant(database.db, 'leaving', {})
    const { key, text } = await give({ tenantId: 'leaving' })
    await ask(text)
    await deleteTenant(database.db, 'leaving')
    await upsertTenant(database.db, 'leaving', {})
    now += 5 * SECOND
    await expect(ask(text)).rejects.toMatchObject(UNAUTHORIZED)
    expect(await findApiKey(database.db, key.id)).toBeUndefined()
  })

  it('tells when it was last used, written once a minute however often it is', async () => {
    const { key, text } = await give()
    const lastUsedAt = async () => (await findApiKey(database.db, key.id))!.lastUsedAt
    expect(await lastUsedAt()).toBeNull()
    await Promise.all(Array.from({ length: 50 }, () => ask(text)))
    await access.idle()
    const first = await lastUsedAt()
    expect(first).toBeInstanceOf(Date)

    const elsewhere = processOf()
    await ask(text, elsewhere)
    await ask(text)
    await Promise.all([access.idle(), elsewhere.idle()])
    expect(await lastUsedAt()).toEqual(first)

    const { id } = key
    await database.db.execute(
      sql`update ringback.api_keys set last_used_at = now() - interval '61 seconds' where id = ${id}`,
    )
    now += 5 * SECOND
    await ask(text)
    await access.idle()
    expect((await lastUsedAt())!.getTime()).toBeGreaterThanOrEqual(first!.getTime())
  })

  it.each(SCOPES)('with the scope %s has that one alone', async (scope: Scope) => {
    expect((await ask((await give({ scopes: [scope] })).text)).scopes).toEqual([scope])
  })
})

describe('a portal session', () => {
  it('opens its tenant to look and to manage, or to look alone', async () => {
    const { session, token } = await open()
    expect(await ask(token)).toEqual({
      kind: 'portal',
      name: null,
      expiresAt: session.expiresAt,
      owner: session.id,
      scopes: ['read', 'manage'],
      tenantId: 'acme',
      incarnation: expect.any(String),
      since: expect.any(Date),
    })
    expect(await ask((await open('acme', { readOnly: true })).token)).toMatchObject({ scopes: ['read'] })
  })

  it('is refused from the moment it expires', async () => {
    const { token } = await open('acme', { expiresInSeconds: 60 })
    now += MINUTE - 1
    expect(await ask(token)).toMatchObject({ tenantId: 'acme' })
    now += 1
    await expect(ask(token)).rejects.toMatchObject(UNAUTHORIZED)
  })

  it('that is revoked is refused at once where it was revoked, and within 5 seconds elsewhere', async () => {
    const { session, token } = await open()
    const elsewhere = processOf()
    await ask(token)
    await ask(token, elsewhere)
    await deletePortalSession(database.db, 'acme', session.id)
    access.forget(session.id)
    await expect(ask(token)).rejects.toMatchObject(UNAUTHORIZED)
    now += 5 * SECOND
    await expect(ask(token, elsewhere)).rejects.toMatchObject(UNAUTHORIZED)
  })

  it('of a tenant that is deleted is gone with it, also when the tenant is made again', async () => {
    await upsertTenant(database.db, 'moving', {})
    const { token } = await open('moving')
    await ask(token)
    await deleteTenant(database.db, 'moving')
    await upsertTenant(database.db, 'moving', {})
    now += 5 * SECOND
    await expect(ask(token)).rejects.toMatchObject(UNAUTHORIZED)
  })

  it('is held to the tenant in its token', async () => {
    await upsertTenant(database.db, 'other', {})
    const { session } = await open()
    const token = portalTokens.sign({
      sessionId: session.id,
      tenantId: 'other',
      readOnly: false,
      issuedAt: now,
      expiresAt: now + MINUTE,
    })
    await expect(ask(token)).rejects.toMatchObject(UNAUTHORIZED)
  })

  it('takes the expired ones of its tenant away when it is opened', async () => {
    await upsertTenant(database.db, 'tidy', {})
    await open('tidy', { expiresInSeconds: 1 })
    await database.db.execute(
      sql`update ringback.portal_sessions set expires_at = now() - interval '1 second' where tenant_id = 'tidy'`,
    )
    const { session } = await open('tidy')
    const { rows } = await database.db.execute(
      sql`select id from ringback.portal_sessions where tenant_id = 'tidy'`,
    )
    expect(rows).toEqual([{ id: session.id }])
  })
})
