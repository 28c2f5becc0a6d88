/**
 * The token of a portal session: a JSON Web Token with one algorithm, HMAC-SHA256.
 *
 * The header of a token is compared with the headers that we write, one for each master key, and is never read: no token
 * can choose its algorithm or bring a key along. The signing keys are derived from the master keys, so that they are
 * rotated with them: the first signs, all of them verify.
 *
 * Source: RFC 7519 section 7 and RFC 7515 appendix A.1 (HS256); RFC 8725 sections 3.1 and 3.2; RFC 5869 (HKDF).
 */
import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { type Id, isId } from '../ids.ts'

/** What a token says; its session's row says whether that still holds. */
export interface PortalClaims {
  sessionId: Id<'portalSession'>
  tenantId: string
  readOnly: boolean
  /** Milliseconds since the epoch; a token keeps whole seconds. */
  issuedAt: number
  /** As `issuedAt`, rounded up: the session's row knows the millisecond. */
  expiresAt: number
}

/** Writes and reads tokens. */
export interface PortalTokens {
  sign(claims: PortalClaims): string
  /**
   * Reads a token, also one that has expired.
   * @returns undefined when it was not signed by one of the keys, or is no token at all
   */
  verify(token: string): PortalClaims | undefined
}

/** @param masterKeys 32 bytes each, at least one; the first signs, all of them verify */
export function createPortalTokens(masterKeys: readonly Buffer[]): PortalTokens {
  const keys = masterKeys.map(signingKey)
  const [current] = keys
  if (!current) throw new Error('Portal tokens need a key')
  const keyByHeader = new Map(keys.map((key) => [key.header, key]))

  return {
    sign(claims) {
      const signed = `${current.header}.${encode(payloadOf(claims))}`
      return `${signed}.${signatureOf(current, signed)}`
    },

    verify(token) {
      const [header = '', payload = '', signature = '', ...rest] = token.split('.')
      const key = keyByHeader.get(header)
      if (!key || rest.length > 0) return undefined
      // As texts: a signature has other spellings that decode to the same bytes, and those are not ours.
      const expected = Buffer.from(signatureOf(key, `${header}.${payload}`))
      const given = Buffer.from(signature)
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined
      return claimsIn(payload)
    },
  }
}

interface SigningKey {
  key: Buffer
  /** The first part of every token that it signs. */
  header: string
}

function signingKey(masterKey: Buffer): SigningKey {
  const key = Buffer.from(hkdfSync('sha256', masterKey, '', 'ringback portal token', 32))
  const kid = createHash('sha256').update(key).digest('base64url').slice(0, 8)
  return { key, header: encode({ alg: 'HS256', typ: 'JWT', kid }) }
}

const signatureOf = ({ key }: SigningKey, signed: string): string =>
  createHmac('sha256', key).update(signed).digest('base64url')

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

const payloadOf = ({ sessionId, tenantId, readOnly, issuedAt, expiresAt }: PortalClaims): Payload => ({
  jti: sessionId,
  sub: tenantId,
  readOnly,
  iat: Math.floor(issuedAt / 1000),
  exp: Math.ceil(expiresAt / 1000),
})

type Payload = z.input<typeof Payload>
const Payload = z.object({
  jti: z.string().refine((text) => isId('portalSession', text)),
  sub: z.string(),
  readOnly: z.boolean(),
  iat: z.int(),
  exp: z.int(),
})

/** A version that signed other claims with the same key may have been here before. */
function claimsIn(payload: string): PortalClaims | undefined {
  const result = Payload.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString()))
  if (!result.success) return undefined
  const { jti, sub, readOnly, iat, exp } = result.data
  return {
    sessionId: jti as Id<'portalSession'>,
    tenantId: sub,
    readOnly,
    issuedAt: iat * 1000,
    expiresAt: exp * 1000,
  }
}
