import { describe, expect, it } from 'vitest'
import { holdWaiting } from '../../src/deliveries/store.ts'
import { disableEndpoint } from '../../src/endpoints/disable.ts'
import { enableEndpoint } from '../../src/endpoints/enable.ts'
import {
  disableEndpoints,
  openCircuits,
  recordFailures,
  recordRecoveries,
} from '../../src/endpoints/store.ts'
import type { Id } from '../../src/ids.ts'
import { needs, openRoom } from './room.ts'

const room = openRoom()
const disable = (id: Id<'endpoint'>, tenantId = room.tenantId) =>
  room.run((tx) => disableEndpoint(tx, needs, tenantId, id))
const enable = (id: Id<'endpoint'>, tenantId = room.tenantId) =>
  room.run((tx) => enableEndpoint(tx, needs, tenantId, id))
const at = new Date('2026-03-01T12:00:00.000Z')

describe('disabling an endpoint by hand', () => {
  it('switches it off, and holds what waits for it', async () => {
    const { id } = (await room.register()).endpoint
    const look = await room.waiting(id)
    const before = await room.version()
    const endpoint = await disable(id)
    expect(endpoint).toMatchObject({
      status: 'disabled',
      disabledReason: 'manual',
      disabledAt: expect.any(Date),
    })
    expect(await look()).toMatchObject({ status: 'held', waitingFor: 'disabled' })
    expect(await room.version()).toBe(before + 1)
  })

  it('leaves one that is off as it is', async () => {
    const { id } = (await room.register()).endpoint
    await disableEndpoints(room.db, [{ tenantId: room.tenantId, endpointId: id, reason: 'gone', at }])
    expect(await disable(id)).toMatchObject({ disabledReason: 'gone', disabledAt: at })
  })
})

describe('enabling an endpoint', () => {
  it('switches it on, forgets its failures, and lets go on what was held', async () => {
    const { id } = (await room.register()).endpoint
    const look = await room.waiting(id)
    const failure = { tenantId: room.tenantId, endpointId: id, failingSince: at, failedAttempts: 9 }
    await recordFailures(room.db, [{ ...failure, status: 'failing', circuit: null }])
    await disable(id)
    const before = await room.version()

    expect(await enable(id)).toMatchObject({
      status: 'active',
      disabledReason: null,
      disabledAt: null,
      failingSince: null,
      failedAttempts: 0,
    })
    expect(await look()).toMatchObject({ status: 'pending', waitingFor: null })
    expect(await room.version()).toBeGreaterThan(before)
  })

  it('closes the circuit of an active one, left open by a process that died just after a probe', async () => {
    const { id } = (await room.register()).endpoint
    const look = await room.waiting(id)
    const circuit = { openedAt: at, probes: 0, probeAt: at }
    const ref = { tenantId: room.tenantId, endpointId: id }
    const failure = { ...ref, failingSince: at, failedAttempts: 30, circuit: null }
    await recordFailures(room.db, [{ ...failure, status: 'failing' }])
    await openCircuits(room.db, [{ ...ref, circuit }])
    await holdWaiting(room.db, room.tenantId, id, 'circuit')
    await recordRecoveries(room.db, [ref])
    expect(await look()).toMatchObject({ status: 'held', waitingFor: 'circuit' })

    expect(await enable(id)).toMatchObject({ status: 'active', circuitOpenedAt: null })
    expect(await look()).toMatchObject({ status: 'pending', waitingFor: null })
  })

  it('leaves an active one as it is', async () => {
    const { endpoint } = await room.register()
    expect(await enable(endpoint.id)).toEqual(endpoint)
  })
})

describe('switching an endpoint', () => {
  it('is not found for another tenant, or none', async () => {
    const { id } = (await room.register()).endpoint
    for (const stranger of ['stranger', 'nobody']) {
      await expect(disable(id, stranger)).rejects.toMatchObject({ code: 'not_found' })
      await expect(enable(id, stranger)).rejects.toMatchObject({ code: 'not_found' })
    }
  })

  it('comes to one end, whoever does it at the same time', async () => {
    const { id } = (await room.register()).endpoint
    const look = await room.waiting(id)
    await Promise.all(Array.from({ length: 10 }, (_, i) => (i % 2 ? disable(id) : enable(id))))
    const { status } = await enable(id)
    expect(status).toBe('active')
    expect(await look()).toMatchObject({ status: 'pending' })
  })
})
