import { expect, test } from 'vitest'
import { redacted } from '../../src/dispatch/prepare.ts'

test('headers that let somebody in are kept in the log by name alone, the others as they are', () => {
  const kept = {
    'webhook-id': 'evt_1',
    'content-type': 'application/json',
    'x-source': 'ringback',
    'x-tenant': 'a',
  }
  const credentials = [
    'Authorization',
    'Cookie',
    'X-Api-Key',
    'apikey',
    'X-Auth',
    'X-Amz-Security-Token',
    'X-Shared-Secret',
    'X-Password',
    'X-Session-Id',
    'webhook-signature',
  ]
  const sent = { ...kept, ...Object.fromEntries(credentials.map((name) => [name, 'open sesame'])) }
  expect(redacted(sent)).toEqual({
    ...kept,
    ...Object.fromEntries(credentials.map((name) => [name, '[redacted]'])),
  })
})
