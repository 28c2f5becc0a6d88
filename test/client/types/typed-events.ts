/**
 * What compiles and what does not, with a catalogue. Nothing here runs: the compiler is the test, and `@ts-expect-error`
 * fails where there is no error.
 */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { expectTypeOf } from 'vitest'
import { z } from 'zod'
import { type AcceptedEvent, fakeOf, Ringback, type Where } from './what-is-tested.ts'

interface Catalogue {
  'invoice.paid': { amount: number; currency?: string }
  'user.left': null
}

declare const where: Where

export async function withATypeParameter() {
  const client = new Ringback<Catalogue>(where)
  expectTypeOf(await client.events.emit('acme', 'invoice.paid', { amount: 1 })).toEqualTypeOf<AcceptedEvent>()
  await client.events.emit(
    'acme',
    'invoice.paid',
    { amount: 1, currency: 'EUR' },
    { id: 'x', occurredAt: new Date() },
  )
  await client.events.emit('acme', 'user.left', null)
  // @ts-expect-error a wrong name
  await client.events.emit('acme', 'invoice.payed', { amount: 1 })
  // @ts-expect-error wrong data
  await client.events.emit('acme', 'invoice.paid', { amount: '1' })
  // @ts-expect-error a missing field
  await client.events.emit('acme', 'invoice.paid', {})
  // @ts-expect-error a field that is none
  await client.events.emit('acme', 'invoice.paid', { amount: 1, amuont: 1 })
  // @ts-expect-error the data of another type
  await client.events.emit('acme', 'user.left', { amount: 1 })
  // @ts-expect-error an option that is none
  await client.events.emit('acme', 'user.left', null, { idempotencykey: 'x' })

  await client.events.emitBatch([
    { tenant: 'acme', type: 'invoice.paid', data: { amount: 1 } },
    { tenant: 'acme', type: 'user.left', data: null, id: 'x' },
  ])
  // @ts-expect-error wrong data for its type
  await client.events.emitBatch([{ tenant: 'acme', type: 'user.left', data: { amount: 1 } }])

  const emitter = client.emitter()
  await emitter.emit('acme', 'invoice.paid', { amount: 1 })
  // @ts-expect-error wrong data
  await emitter.emit('acme', 'invoice.paid', { amount: '1' })
}

export async function withZod() {
  const events = {
    'invoice.paid': z.object({
      amount: z.number(),
      at: z.coerce.date<string>(),
      note: z.string().default(''),
    }),
    'user.left': z.null(),
  }
  const client = new Ringback({ ...where, events })
  // What goes in, not what the validator makes of it.
  await client.events.emit('acme', 'invoice.paid', { amount: 1, at: '2027-03-01' })
  await client.events.emit('acme', 'user.left', null)
  // @ts-expect-error a wrong name
  await client.events.emit('acme', 'invoice.payed', { amount: 1, at: '2027-03-01' })
  // @ts-expect-error wrong data
  await client.events.emit('acme', 'invoice.paid', { amount: '1', at: '2027-03-01' })
  // @ts-expect-error a missing field
  await client.events.emit('acme', 'invoice.paid', { amount: 1 })
}

/** Of any other library that follows the standard. */
export async function withAnyStandardSchema(
  schema: StandardSchemaV1<{ amount: number }, { amount: bigint }>,
) {
  const client = new Ringback({ ...where, events: { 'invoice.paid': schema } })
  await client.events.emit('acme', 'invoice.paid', { amount: 1 })
  // @ts-expect-error wrong data
  await client.events.emit('acme', 'invoice.paid', { amount: '1' })
  // @ts-expect-error a wrong name
  await client.events.emit('acme', 'user.left', null)
}

export async function withoutACatalogue() {
  const client = new Ringback(where)
  await client.events.emit('acme', 'whatever', { any: ['thing'] })
  // A client of one catalogue is none of another, but goes wherever only its other operations are needed.
  const reader: Pick<Ringback, 'deliveries'> = new Ringback<Catalogue>(where)
  return reader
}

export function doubles() {
  const fake = fakeOf<Catalogue>()
  const client: Ringback<Catalogue> = fake.client
  expectTypeOf(fake.expectEmitted('invoice.paid', { amount: 1 }).data).toEqualTypeOf<
    Catalogue['invoice.paid']
  >()
  // @ts-expect-error a wrong name
  fake.expectEmitted('invoice.payed')
  return client
}
