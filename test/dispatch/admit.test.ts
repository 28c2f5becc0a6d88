import { expect, test } from 'vitest'
import type { DueDelivery } from '../../src/deliveries/store.ts'
import { admit } from '../../src/dispatch/admit.ts'

const delivery = (changes: Partial<DueDelivery> = {}): DueDelivery => ({
  id: 'dlv_1',
  tenantId: 'acme',
  eventId: 'evt_1',
  endpointId: 'ep_1',
  status: 'retrying',
  trigger: 'automatic',
  attemptCount: 2,
  roundStart: 0,
  roundAgeMs: 5,
  dueInMs: -5,
  ...changes,
})

const closed = { open: false, probe: null }
const active = { status: 'active', circuit: closed } as const

test('a due delivery to an endpoint that is on goes, failing or not', () => {
  expect(admit(delivery(), 3, active)).toEqual({ kind: 'go' })
  expect(admit(delivery(), 3, { status: 'failing', circuit: closed })).toEqual({ kind: 'go' })
  expect(admit(delivery({ status: 'pending', attemptCount: 0 }), 1, active)).toEqual({ kind: 'go' })
})

test('an alarm for another attempt than the next one is dropped', () => {
  for (const attempt of [1, 2, 4]) expect(admit(delivery(), attempt, active)).toEqual({ kind: 'drop' })
})

test('nothing is sent for a delivery that is final, held or gone', () => {
  for (const status of ['delivered', 'failed', 'canceled', 'held'] as const)
    expect(admit(delivery({ status }), 3, active)).toEqual({ kind: 'drop' })
  expect(admit(undefined, 1, active)).toEqual({ kind: 'drop' })
})

test('waiting is not failing: an endpoint that is off holds its deliveries', () => {
  expect(admit(delivery(), 3, { status: 'disabled', circuit: closed })).toEqual({ kind: 'hold' })
  expect(admit(delivery(), 3, { status: 'paused', circuit: closed })).toEqual({ kind: 'hold' })
})

test('an open circuit lets one delivery through, the probe, and holds the others', () => {
  const circuit = { open: true, probe: 'dlv_1' as const }
  expect(admit(delivery(), 3, { status: 'failing', circuit })).toEqual({ kind: 'go' })
  expect(admit(delivery({ id: 'dlv_2' }), 3, { status: 'failing', circuit })).toEqual({ kind: 'hold' })
})

test('a delivery whose endpoint is gone is an orphan', () => {
  expect(admit(delivery(), 3, undefined)).toEqual({ kind: 'orphan' })
})

test('an alarm that rings long before its time is early, one that rings a little before it goes', () => {
  expect(admit(delivery({ dueInMs: 30_000 }), 3, active)).toEqual({ kind: 'early' })
  expect(admit(delivery({ dueInMs: 400 }), 3, active)).toEqual({ kind: 'go' })
})
