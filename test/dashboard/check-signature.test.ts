import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { checkSignature, type Received } from '../../src/dashboard/verify/check-signature.ts'

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const BODY = '{"type": "invoice.paid", "data": {"amount": 1}}'
const NOW = Date.parse('2026-11-24T12:00:00Z')

/** A callback as the official library signs it. */
function received(changes: Partial<Received> = {}): Received {
  const signature = new Webhook(SECRET).sign('evt_1', new Date(NOW), BODY)
  const headers = `webhook-id: evt_1\nwebhook-timestamp: ${NOW / 1_000}\nwebhook-signature: ${signature}`
  return { headers, body: BODY, secret: SECRET, now: NOW, ...changes }
}

async function verdicts(given: Received) {
  return Object.fromEntries((await checkSignature(given)).map(({ what, verdict }) => [what, verdict]))
}

async function says(given: Received, part: string) {
  return (await checkSignature(given)).find(({ what }) => what === part)?.says
}

const ALL_RIGHT = { Headers: 'right', Secret: 'right', Timestamp: 'right', Signature: 'right' }

describe('the signature debugger', () => {
  it('finds all parts right of what the official library signed', async () => {
    expect(await verdicts(received())).toEqual(ALL_RIGHT)
  })

  it('reads headers as curl writes them', async () => {
    const headers = received()
      .headers.split('\n')
      .map((line) => `-H '${line}' \\`)
      .join('\n')
    expect(await verdicts(received({ headers }))).toEqual(ALL_RIGHT)
  })

  it('takes one signature of several, as during a rotation', async () => {
    const { headers } = received()
    expect(await verdicts(received({ headers: headers.replace('v1,', 'v1,AAAA v1,') }))).toEqual(ALL_RIGHT)
  })

  it('tells that a header is missing, and does not judge the rest by it', async () => {
    const given = received({ headers: 'webhook-id: evt_1' })
    expect(await says(given, 'Headers')).toContain('webhook-timestamp, webhook-signature')
    expect((await verdicts(given)).Signature).toBe('unknown')
  })

  it('tells that a timestamp is old, and that the signature is right all the same', async () => {
    const given = received({ now: NOW + 600_000 })
    expect(await verdicts(given)).toEqual({ ...ALL_RIGHT, Timestamp: 'wrong' })
    expect(await says(given, 'Timestamp')).toContain('600 seconds old')
  })

  it('tells that white space was added to the body', async () => {
    expect(await says(received({ body: `${BODY}\n` }), 'Signature')).toContain('white space around')
  })

  it('tells that another body, or another secret, was signed', async () => {
    const words = 'not made with this secret over this body'
    expect(await says(received({ body: BODY.replace('1', '2') }), 'Signature')).toContain(words)
    const secret = `whsec_${Buffer.alloc(32, 8).toString('base64')}`
    expect(await says(received({ secret }), 'Signature')).toContain(words)
  })

  it('tells that the body was indented when it was compact as signed', async () => {
    const compact = JSON.stringify({ a: 1 })
    const signature = new Webhook(SECRET).sign('evt_1', new Date(NOW), compact)
    const headers = `webhook-id: evt_1\nwebhook-timestamp: ${NOW / 1_000}\nwebhook-signature: ${signature}`
    const body = JSON.stringify({ a: 1 }, null, 2)
    expect(await says(received({ headers, body }), 'Signature')).toContain('parsed and written again')
  })

  it.each([
    ['whsec_%%%', 'not base64'],
    ['whsec_QUJD', 'a part of it may be missing'],
    ['', 'There is none'],
  ])('tells what is wrong with the secret %o', async (secret, words) => {
    expect(await says(received({ secret }), 'Secret')).toContain(words)
  })
})
