import { expect, test } from 'vitest'
import type { DueDelivery } from '../../src/deliveries/store.ts'
import { admit } from '../../src/dispatch/admit.ts'
import type { Destination } from '../../src/dispatch/destinations.ts'
import { DEFAULT_RETRY_POLICY } from '../../src/retry/policy.ts'

const delivery = (changes: Partial<DueDelivery> = {}): DueDelivery => ({
  id: 'dlv_1',
  tenantId: 'acme',
  eventId: 'evt_1',
  endpointId: 'ep_1',
  status: 'retrying',
  trigger: 'automatic',
  attemptCount: 2,
  roundStart: 0,
  sharedAlarm: null,
  roundAt: new Date(0),
  roundAgeMs: 5,
  dueInMs: -5,
  content: { body: Buffer.from('{}'), traceparent: null },
  ...changes,
})

const destination = (changes: Partial<Destination> = {}): Destination => ({
  endpointId: 'ep_1',
  tenantId: 'acme',
  status: 'active',
  url: 'https://example.com',
  headers: {},
  keys: [],
  retry: DEFAULT_RETRY_POLICY,
  timeoutMs: 1_000,
  maxInFlight: 10,
  perSecond: null,
  circuit: { open: false, probe: null },
  resumedAgoMs: null,
  failing: false,
  ...changes,
})

const verdict = (due: DueDelivery | undefined, attempt: number, to: Destination | undefined) =>
  admit(due, { attempt }, to).kind

test('a due delivery to an endpoint that is on goes, failing or not', () => {
  expect(verdict(delivery(), 3, destination())).toBe('go')
  expect(verdict(delivery(), 3, destination({ status: 'failing' }))).toBe('go')
  expect(verdict(delivery({ status: 'pending', attemptCount: 0 }), 1, destination())).toBe('go')
})

test('an alarm for another attempt than the next one is dropped', () => {
  for (const attempt of [1, 2, 4]) expect(verdict(delivery(), attempt, destination())).toBe('drop')
})

test('nothing is sent for a delivery that is final, held or gone', () => {
  for (const status of ['delivered', 'failed', 'canceled', 'held'] as const)
    expect(verdict(delivery({ status }), 3, destination())).toBe('drop')
  expect(verdict(undefined, 1, destination())).toBe('drop')
})

test('waiting is not failing: an endpoint that is off holds its deliveries', () => {
  expect(verdict(delivery(), 3, destination({ status: 'disabled' }))).toBe('hold')
  expect(verdict(delivery(), 3, destination({ status: 'paused' }))).toBe('hold')
})

test('an open circuit lets one delivery through, the probe, and holds the others', () => {
  const circuit = { open: true, probe: 'dlv_1' as const }
  expect(verdict(delivery(), 3, destination({ status: 'failing', circuit }))).toBe('go')
  expect(verdict(delivery({ id: 'dlv_2' }), 3, destination({ status: 'failing', circuit }))).toBe('hold')
})

test('a delivery whose endpoint is gone is an orphan', () => {
  expect(verdict(delivery(), 3, undefined)).toBe('orphan')
})

test('an alarm that rings long before its time is early, one that rings a little before it goes', () => {
  expect(verdict(delivery({ dueInMs: 30_000 }), 3, destination())).toBe('early')
  expect(verdict(delivery({ dueInMs: 400 }), 3, destination())).toBe('go')
})

test('a delivery whose event is gone has nothing to send', () => {
  expect(admit(delivery({ content: undefined }), { attempt: 3 }, destination())).toEqual({
    kind: 'eventless',
  })
})

test('a shared alarm rings for those alone that still name it, and lets go of one that it has nothing to send for', () => {
  const shared = (changes: Partial<DueDelivery>, to = destination()) =>
    admit(
      delivery({ status: 'pending', attemptCount: 0, sharedAlarm: 'dlv_0', ...changes }),
      { attempt: 1, sharedAlarm: 'dlv_0' },
      to,
    )
  expect(shared({})).toMatchObject({ kind: 'go' })
  for (const other of [null, 'dlv_2'] as const)
    expect(shared({ sharedAlarm: other })).toEqual({ kind: 'drop', letGo: false })
  expect(shared({}, destination({ status: 'paused' }))).toMatchObject({ kind: 'hold' })
  for (const status of ['held', 'canceled'] as const)
    expect(shared({ status })).toEqual({ kind: 'drop', letGo: true })
})
