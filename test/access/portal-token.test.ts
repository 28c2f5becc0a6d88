import { createHmac, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createPortalTokens, type PortalClaims } from '../../src/access/portal-token.ts'
import { newId } from '../../src/ids.ts'

const old = randomBytes(32)
const current = randomBytes(32)
const tokens = createPortalTokens([current])

const claims: PortalClaims = {
  sessionId: newId('portalSession'),
  tenantId: 'acme',
  readOnly: false,
  issuedAt: 1_800_000_000_000,
  expiresAt: 1_800_003_600_000,
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const partsOf = (token: string) => token.split('.') as [string, string, string]
const decode = (part: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(part, 'base64url').toString())

describe('a portal token', () => {
  it('is a JWT by HS256 that says whose session it is, and until when', () => {
    const [header, payload] = partsOf(tokens.sign(claims))
    expect(decode(header)).toEqual({ alg: 'HS256', typ: 'JWT', kid: expect.stringMatching(/^[\w-]{8}$/) })
    expect(decode(payload)).toEqual({
      jti: claims.sessionId,
      sub: 'acme',
      readOnly: false,
      iat: 1_800_000_000,
      exp: 1_800_003_600,
    })
    expect(tokens.verify(tokens.sign(claims))).toEqual(claims)
  })

  it('signed before a rotation of the master key is still good, until its key leaves the ring', () => {
    const token = createPortalTokens([old]).sign(claims)
    expect(createPortalTokens([current, old]).verify(token)).toEqual(claims)
    expect(tokens.verify(token)).toBeUndefined()
    expect(createPortalTokens([old]).verify(createPortalTokens([current, old]).sign(claims))).toBeUndefined()
  })

  it('does not choose its algorithm', () => {
    const [header, payload, signature] = partsOf(tokens.sign(claims))
    for (const alg of ['none', 'None', 'HS512', 'RS256', '']) {
      const other = encode({ ...decode(header), alg })
      expect(tokens.verify(`${other}.${payload}.`), alg).toBeUndefined()
      expect(tokens.verify(`${other}.${payload}.${signature}`), alg).toBeUndefined()
    }
  })

  it('does not bring its key along', () => {
    const [header, payload] = partsOf(tokens.sign(claims))
    const mine = randomBytes(32)
    const other = encode({ ...decode(header), jwk: { kty: 'oct', k: mine.toString('base64url') } })
    const signed = `${other}.${payload}`
    expect(
      tokens.verify(`${signed}.${createHmac('sha256', mine).update(signed).digest('base64url')}`),
    ).toBeUndefined()
  })

  it('is not signed by the master key itself, nor by an empty one', () => {
    const [header, payload] = partsOf(tokens.sign(claims))
    for (const key of [current, Buffer.alloc(0)]) {
      const signature = createHmac('sha256', key).update(`${header}.${payload}`).digest('base64url')
      expect(tokens.verify(`${header}.${payload}.${signature}`)).toBeUndefined()
    }
  })

  it('with any character changed is refused, the last one too', () => {
    const token = tokens.sign(claims)
    for (let at = 0; at < token.length; at++) {
      const changed = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1)
      expect(tokens.verify(changed), `character ${at}`).toBeUndefined()
    }
  })

  it.each(['', '.', '..', 'a.b.c', 'a.b.c.d'])('is not %j', (text) => {
    expect(tokens.verify(text)).toBeUndefined()
  })

  it('with a part missing or more behind it is refused', () => {
    const token = tokens.sign(claims)
    const [header, payload, signature] = partsOf(token)
    for (const other of [`${token}.`, `${token}=`, `${header}.${payload}`, `${payload}.${signature}`])
      expect(tokens.verify(other)).toBeUndefined()
  })
})
