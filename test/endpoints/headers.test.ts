import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { changeEndpoint } from '../../src/endpoints/change.ts'
import {
  HIDDEN_VALUE,
  hideHeaders,
  openHeaders,
  type SealedHeaders,
  sealHeaders,
} from '../../src/endpoints/headers.ts'
import { loadDestinations } from '../../src/endpoints/store.ts'
import { type Id, newId } from '../../src/ids.ts'
import { createKeyring } from '../../src/sealing/keyring.ts'
import { needs, openRoom, refusedAs } from './room.ts'

const keyring = createKeyring([randomBytes(32)])
const id = newId('endpoint')

describe('sealed headers', () => {
  it('open to what they were, to the byte', () => {
    const headers = { Authorization: 'Bearer abc', 'x-latin': 'caf\u00e9', 'x-empty': '', 'x-tab': '\t' }
    const sealed = sealHeaders(keyring, id, headers)
    expect(Object.keys(sealed)).toEqual(Object.keys(headers))
    expect(JSON.stringify(sealed)).not.toContain('abc')
    expect(openHeaders(keyring, id, sealed)).toEqual(headers)
  })

  it('do not open with another endpoint, nor under another name', () => {
    const sealed = sealHeaders(keyring, id, { 'x-a': 'secret' })
    const broken = { code: 'sealed_broken' }
    expect(() => openHeaders(keyring, newId('endpoint'), sealed)).toThrow(expect.objectContaining(broken))
    expect(() => openHeaders(keyring, id, { 'x-b': sealed['x-a']! })).toThrow(expect.objectContaining(broken))
  })

  it('are shown by name', () => {
    expect(hideHeaders(sealHeaders(keyring, id, { 'x-a': 'secret' }))).toEqual({ 'x-a': HIDDEN_VALUE })
  })
})

describe('changing headers without knowing them', () => {
  const room = openRoom()
  const change = (endpointId: Id<'endpoint'>, headers: Record<string, string> | null) =>
    room.run((tx) => changeEndpoint(tx, needs, room.tenantId, endpointId, { headers }))
  const sent = async (endpointId: Id<'endpoint'>): Promise<SealedHeaders> => {
    const [stored] = await loadDestinations(room.db, [endpointId])
    return openHeaders(needs.keyring, endpointId, stored!.headers)
  }

  it('what is sent back as it was shown stays, what is new is set, what is left out goes', async () => {
    const { endpoint } = await room.register({ headers: { 'x-a': 'one', 'x-b': 'two', 'x-c': 'three' } })
    expect(endpoint.headers).toEqual({ 'x-a': HIDDEN_VALUE, 'x-b': HIDDEN_VALUE, 'x-c': HIDDEN_VALUE })
    const { 'x-c': _gone, ...kept } = endpoint.headers
    const changed = await change(endpoint.id, { ...kept, 'x-b': 'changed', 'x-d': 'new' })
    expect(Object.keys(changed.headers)).toEqual(['x-a', 'x-b', 'x-d'])
    expect(await sent(endpoint.id)).toEqual({ 'x-a': 'one', 'x-b': 'changed', 'x-d': 'new' })
  })

  it('a name in another case is the same header', async () => {
    const { endpoint } = await room.register({ headers: { 'x-a': 'one' } })
    await change(endpoint.id, { 'X-A': HIDDEN_VALUE })
    expect(await sent(endpoint.id)).toEqual({ 'X-A': 'one' })
  })

  it('another change leaves them alone, and null clears them', async () => {
    const { endpoint } = await room.register({ headers: { 'x-a': 'one' } })
    await room.run((tx) => changeEndpoint(tx, needs, room.tenantId, endpoint.id, { description: 'new' }))
    expect(await sent(endpoint.id)).toEqual({ 'x-a': 'one' })
    await change(endpoint.id, null)
    expect(await sent(endpoint.id)).toEqual({})
  })

  it('a value that is not there cannot stay', async () => {
    const missing = refusedAs('header_value_missing', 'headers.x-b')
    await expect(room.register({ headers: { 'x-b': HIDDEN_VALUE } })).rejects.toMatchObject(missing)
    const { endpoint } = await room.register({ headers: { 'x-a': 'one' } })
    const attempt = change(endpoint.id, { 'x-a': HIDDEN_VALUE, 'x-b': HIDDEN_VALUE })
    await expect(attempt).rejects.toMatchObject(missing)
  })

  it('what stays counts against the limit', async () => {
    const { endpoint } = await room.register({ headers: { 'x-a': 'a'.repeat(8_000) } })
    const attempt = change(endpoint.id, { 'x-a': HIDDEN_VALUE, 'x-b': 'b'.repeat(1_000) })
    await expect(attempt).rejects.toMatchObject(refusedAs('header_not_allowed', 'headers'))
  })
})
