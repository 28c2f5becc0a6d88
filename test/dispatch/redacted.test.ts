import { expect, test } from 'vitest'
import { redacted } from '../../src/dispatch/prepare.ts'

test('what we say ourselves is kept in the log, all but the signature; what the endpoint was given is kept by name', () => {
  const kept = {
    'webhook-id': 'evt_1',
    'webhook-timestamp': '1780000000',
    'content-type': 'application/json',
    'user-agent': 'Ringback/0',
  }
  const hidden = ['webhook-signature', 'Authorization', 'x-source', 'Content-Language']
  const sent = { ...kept, ...Object.fromEntries(hidden.map((name) => [name, 'open sesame'])) }
  expect(redacted(sent)).toEqual({
    ...kept,
    ...Object.fromEntries(hidden.map((name) => [name, '[redacted]'])),
  })
})
