import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { createBrowserSessions } from '../../src/access/browser-session.ts'

const [first, former] = [randomBytes(32), randomBytes(32)]
const sessions = createBrowserSessions([first, former])
const now = Date.now()
const signedIn = { credential: 'a key', expiresAt: new Date(now + 1_000) }

it('opens to the credential until its end, and not from then on', () => {
  const sealed = sessions.seal('operator', signedIn)
  expect(sealed).toMatch(/^[\w-]+$/)
  expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain('a key')
  expect(sessions.open('operator', sealed, now + 999)).toEqual(signedIn)
  expect(sessions.open('operator', sealed, now + 1_000)).toBeUndefined()
})

it('is good for the face it was made for alone', () => {
  expect(sessions.open('portal', sessions.seal('operator', signedIn), now)).toBeUndefined()
})

it('opens by a former master key, and not once that is taken out', () => {
  const sealed = createBrowserSessions([former]).seal('portal', signedIn)
  expect(sessions.open('portal', sealed, now)).toEqual(signedIn)
  expect(createBrowserSessions([first]).open('portal', sealed, now)).toBeUndefined()
})

it('does not open when anything in it is changed, nor when it is made up', () => {
  const sealed = Buffer.from(sessions.seal('operator', signedIn), 'base64url')
  for (let i = 0; i < sealed.length; i++) {
    const changed = Buffer.from(sealed)
    changed[i]! ^= 1
    expect(sessions.open('operator', changed.toString('base64url'), now)).toBeUndefined()
  }
  for (const text of ['', 'x', 'é', '.'.repeat(5_000)])
    expect(sessions.open('operator', text, now)).toBeUndefined()
})
