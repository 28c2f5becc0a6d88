import assert from 'node:assert'
import test from 'node:test'
import { newSecret, signedRequest } from 'ringback/testing'
import { receive } from 'ringback/verify'

const secret = newSecret()
const paid: unknown[] = []
/** What is tested: a receiver. */
const POST = receive(secret, ({ data }) => void paid.push(data))

test('a callback is taken', async () => {
  const response = await POST(signedRequest({ type: 'invoice.paid', data: { amount: 1200 }, secret }))
  assert.equal(response.status, 204)
  assert.deepEqual(paid, [{ amount: 1200 }])
})

test('a callback of somebody else is not', async () => {
  const forged = signedRequest({ type: 'invoice.paid', data: { amount: 1 }, secret: newSecret() })
  const response = await POST(forged)
  assert.equal(response.status, 401)
  assert.match(await response.text(), /no_matching_signature/)
})
