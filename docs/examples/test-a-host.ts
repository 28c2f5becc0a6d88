import test from 'node:test'
import type { Ringback } from 'ringback/client'
import { fakeRingback } from 'ringback/testing'

/** What is tested: a part of the host that emits. */
async function payInvoice(ringback: Pick<Ringback, 'events'>, invoice: number, amount: number) {
  await ringback.events.emit('acme', 'invoice.paid', { invoice, amount })
}

test('a paid invoice is told', async () => {
  const ringback = fakeRingback()
  await payInvoice(ringback.client, 17, 1200)
  ringback.expectEmitted('invoice.paid', { invoice: 17 })
})

test('a short outage is sat out', async () => {
  const ringback = fakeRingback()
  ringback.failNext(2)
  await payInvoice(ringback.client, 17, 1200)
  ringback.expectEmitted('invoice.paid', { amount: 1200 })
})
