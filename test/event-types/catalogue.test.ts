import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCatalogue } from '../../src/event-types/catalogue.ts'
import { TEST_TYPE } from '../../src/event-types/event-type.ts'
import { setArchived, upsertEventType } from '../../src/event-types/store.ts'
import { silentLog } from '../../src/telemetry/log.ts'
import { OPERATOR_TENANT } from '../../src/tenants/tenant.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const amountSchema = { type: 'object', required: ['amount'], properties: { amount: { type: 'number' } } }
const catalogue = (strict = false) => createCatalogue({ db: database.db, strict, log: silentLog })
const codes = (errors: ({ code: string } | null)[]) => errors.map((error) => error?.code ?? null)

describe('a catalogue', () => {
  it('refuses, where the schema is enforced, what breaks it, and says where', async () => {
    await upsertEventType(database.db, 'invoice.paid', { schema: amountSchema, schemaMode: 'enforce' })
    const [good, missing, wrong] = await catalogue().check([
      { tenantId: 'acme', type: 'invoice.paid', value: { amount: 1 } },
      { tenantId: 'acme', type: 'invoice.paid', value: {} },
      { tenantId: 'acme', type: 'invoice.paid', value: { amount: '1' } },
    ])
    expect(good).toBeNull()
    expect(missing).toMatchObject({
      kind: 'refused',
      code: 'schema_violation',
      faults: [{ path: 'data.amount' }],
    })
    expect(wrong).toMatchObject({
      code: 'schema_violation',
      faults: [{ path: 'data.amount', message: 'must be number' }],
    })
  })

  it('accepts, and only says so in the log, where a broken schema is a warning', async () => {
    await upsertEventType(database.db, 'warned', { schema: amountSchema, schemaMode: 'warn' })
    const lines: object[] = []
    const log = { warn: (fields: object) => lines.push(fields) }
    const warning = createCatalogue({ db: database.db, strict: false, log })
    expect(await warning.check([{ tenantId: 'acme', type: 'warned', value: {} }])).toEqual([null])
    expect(lines).toEqual([
      { eventType: 'warned', faults: [{ path: 'data.amount', message: expect.stringContaining('amount') }] },
    ])
  })

  it('looks at no schema whose mode is off', async () => {
    await upsertEventType(database.db, 'unchecked', { schema: amountSchema })
    expect(await catalogue().check([{ tenantId: 'acme', type: 'unchecked', value: {} }])).toEqual([null])
  })

  it('knows a change as soon as it is committed, also the second within a millisecond', async () => {
    const kept = catalogue()
    const verdict = async () =>
      codes(await kept.check([{ tenantId: 'acme', type: 'changing', value: { amount: 1 } }]))[0]
    await upsertEventType(database.db, 'changing', { schema: false, schemaMode: 'enforce' })
    expect(await verdict()).toBe('schema_violation')
    await upsertEventType(database.db, 'changing', { schema: amountSchema })
    expect(await verdict()).toBeNull()
    await database.db.transaction(async (tx) => {
      await upsertEventType(tx, 'changing', { schema: true })
      await upsertEventType(tx, 'changing', { schema: false })
    })
    expect(await verdict()).toBe('schema_violation')
    await upsertEventType(database.db, 'changing', { schema: null })
    expect(await verdict()).toBeNull()
    await upsertEventType(database.db, 'changing', { schema: false })
    await upsertEventType(database.db, 'changing', { schemaMode: 'off' })
    expect(await verdict()).toBeNull()
  })

  it('gives each of many checks at once its own answer', async () => {
    await upsertEventType(database.db, 'crowded', { schema: amountSchema, schemaMode: 'enforce' })
    const fresh = catalogue()
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        fresh.check([{ tenantId: 'acme', type: 'crowded', value: i % 2 ? { amount: i } : {} }]),
      ),
    )
    expect(codes(answers.flat())).toEqual(answers.map((_, i) => (i % 2 ? null : 'schema_violation')))
  })

  it('takes any type, unless it is strict', async () => {
    await upsertEventType(database.db, 'listed', {})
    await upsertEventType(database.db, 'archived', { schema: false, schemaMode: 'enforce' })
    await setArchived(database.db, 'archived')
    const items = ['listed', 'archived', 'unheard.of'].map((type) => ({ tenantId: 'acme', type, value: {} }))
    expect(await catalogue().check(items)).toEqual([null, null, null])
    expect(codes(await catalogue(true).check(items))).toEqual([
      null,
      'unknown_event_type',
      'unknown_event_type',
    ])
  })

  it("has no say in the events of the operator's tenant, which are ours", async () => {
    await upsertEventType(database.db, 'endpoint.disabled', { schema: false, schemaMode: 'enforce' })
    const items = ['endpoint.disabled', 'unheard.of'].map((type) => ({
      tenantId: OPERATOR_TENANT,
      type,
      value: {},
    }))
    expect(await catalogue(true).check(items)).toEqual([null, null])
  })

  it('knows test sends, also where it is strict', async () => {
    expect(await catalogue(true).check([{ tenantId: 'acme', type: TEST_TYPE, value: {} }])).toEqual([null])
  })
})
