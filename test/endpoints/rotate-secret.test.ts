import { describe, expect, it } from 'vitest'
import { HOUR, SECOND } from '../../src/duration.ts'
import { revealSecret } from '../../src/endpoints/reveal-secret.ts'
import { type Rotation, rotateSecret } from '../../src/endpoints/rotate-secret.ts'
import { loadDestinations } from '../../src/endpoints/store.ts'
import type { Id } from '../../src/ids.ts'
import { newSecret } from '../../src/signing/secret.ts'
import { needs, openRoom, refusedAs } from './room.ts'

const room = openRoom()
const rotate = (id: Id<'endpoint'>, rotation: Rotation = {}, tenantId = room.tenantId) =>
  room.run((tx) => rotateSecret(tx, needs, tenantId, id, rotation))
const reveal = (id: Id<'endpoint'>) => revealSecret(room.db, needs, room.tenantId, id)

/** How long a secret still signs, by the difference of two times of Postgres; the test's own clock has no part in it. */
const secondsBetween = (a: Date, b: Date) => (b.getTime() - a.getTime()) / SECOND

describe('rotating a secret', () => {
  it('makes a new one current, and lets the former sign beside it', async () => {
    const { endpoint, secret } = await room.register()
    const rotated = await rotate(endpoint.id)
    expect(rotated.secret).not.toBe(secret)
    expect(rotated.previous).toEqual([{ secret, expiresAt: expect.any(Date) }])
    expect(await reveal(endpoint.id)).toEqual(rotated)

    const [destination] = await loadDestinations(room.db, [endpoint.id])
    const signing = destination!.secrets.map(({ id, sealed }) => needs.keyring.open(sealed, id).toString())
    expect(signing).toEqual([rotated.secret, secret])
  })

  it('takes a secret that is brought along', async () => {
    const { endpoint } = await room.register()
    const secret = newSecret()
    expect((await rotate(endpoint.id, { secret })).secret).toBe(secret)
    await expect(rotate(endpoint.id, { secret: 'whsec_' })).rejects.toMatchObject(
      refusedAs('secret_invalid', 'secret'),
    )
    expect((await reveal(endpoint.id)).secret).toBe(secret)
  })

  it('ends the former ones at once without a grace', async () => {
    const { endpoint } = await room.register()
    await rotate(endpoint.id)
    const rotated = await rotate(endpoint.id, { graceSeconds: 0 })
    expect(rotated.previous).toEqual([])
    expect(await reveal(endpoint.id)).toEqual(rotated)
  })

  it('never lengthens the life of a former one', async () => {
    const { endpoint, secret } = await room.register()
    const first = await rotate(endpoint.id, { graceSeconds: 60 })
    const second = await rotate(endpoint.id, { graceSeconds: HOUR / SECOND })
    expect(second.previous.map((one) => one.secret)).toEqual([first.secret, secret])
    const [longer, shorter] = second.previous
    expect(shorter).toEqual(first.previous[0])
    expect(secondsBetween(shorter!.expiresAt, longer!.expiresAt)).toBeGreaterThanOrEqual(HOUR / SECOND - 60)
  })

  it('is refused to the secret that stands, and changes nothing', async () => {
    const { endpoint, secret } = await room.register()
    await expect(rotate(endpoint.id, { secret, graceSeconds: 0 })).rejects.toMatchObject(
      refusedAs('secret_unchanged', 'secret'),
    )
    expect(await reveal(endpoint.id)).toEqual({ secret, previous: [] })
  })

  it('stops at ten that sign, until some are ended', async () => {
    const { endpoint } = await room.register()
    for (let i = 0; i < 9; i++) await rotate(endpoint.id)
    await expect(rotate(endpoint.id)).rejects.toMatchObject(refusedAs('too_many_secrets'))
    expect((await reveal(endpoint.id)).previous).toHaveLength(9)
    expect((await rotate(endpoint.id, { graceSeconds: 0 })).previous).toEqual([])
  })

  it('leaves exactly one current, whoever rotates at the same time', async () => {
    const { endpoint } = await room.register()
    const rotated = await Promise.all(Array.from({ length: 5 }, () => rotate(endpoint.id)))
    const { secret, previous } = await reveal(endpoint.id)
    expect(previous).toHaveLength(5)
    expect(previous.every(({ expiresAt }) => expiresAt instanceof Date)).toBe(true)
    expect(rotated.map((one) => one.secret)).toContain(secret)
  })

  it('is not found for another tenant', async () => {
    const { endpoint } = await room.register()
    await expect(rotate(endpoint.id, {}, 'stranger')).rejects.toMatchObject({ code: 'not_found' })
    const look = revealSecret(room.db, needs, 'stranger', endpoint.id)
    await expect(look).rejects.toMatchObject({ code: 'not_found' })
  })
})
