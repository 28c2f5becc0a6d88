/**
 * What a browser keeps after somebody signed in to the dashboard or the portal: the credential that was given, sealed.
 * It is no session of its own. Whoever sends it is told apart by the credential inside, so a key that is revoked, or has
 * expired, is as good in a cookie as it is as a bearer: not at all.
 *
 * The sealing keys are derived from the master keys and rotated with them: the first seals, all of them open.
 *
 * Source: RFC 5869 (HKDF); NIST SP 800-38D (AES-GCM).
 */
import { hkdfSync } from 'node:crypto'
import { z } from 'zod'
import { RingbackError } from '../errors.ts'
import { createKeyring } from '../sealing/keyring.ts'

/** The two faces of the dashboard; one browser may be signed in to both. */
export const FACES = ['operator', 'portal'] as const
export type Face = (typeof FACES)[number]

/** What was signed in with. */
export interface SignedIn {
  credential: string
  expiresAt: Date
}

/** Seals and opens what browsers keep. */
export interface BrowserSessions {
  seal(face: Face, signedIn: SignedIn): string
  /** @returns undefined when it is not ours, of the other face, sealed by a key that is gone, or past its end */
  open(face: Face, sealed: string, now: number): SignedIn | undefined
}

/** @param masterKeys 32 bytes each, at least one */
export function createBrowserSessions(masterKeys: readonly Buffer[]): BrowserSessions {
  const keyring = createKeyring(
    masterKeys.map((key) => Buffer.from(hkdfSync('sha256', key, '', 'ringback browser session', 32))),
  )
  // A cookie of one face is none of the other's.
  const placeOf = (face: Face) => `browser session ${face}`

  function textIn(face: Face, sealed: string): string | undefined {
    try {
      return keyring.open(Buffer.from(sealed, 'base64url'), placeOf(face)).toString()
    } catch (error) {
      if (error instanceof RingbackError) return undefined
      throw error
    }
  }

  return {
    seal: (face, { credential, expiresAt }) =>
      keyring
        .seal(JSON.stringify({ credential, expiresAt: expiresAt.getTime() }), placeOf(face))
        .toString('base64url'),

    open(face, sealed, now) {
      const text = textIn(face, sealed)
      if (text === undefined) return undefined
      const { credential, expiresAt } = Sealed.parse(JSON.parse(text))
      return expiresAt > now ? { credential, expiresAt: new Date(expiresAt) } : undefined
    },
  }
}

const Sealed = z.object({ credential: z.string(), expiresAt: z.number() })
