import { expect, test } from 'vitest'
import { checkHeaders, stripHeaders } from '../../src/egress/index.ts'

const FORBIDDEN = [
  ...[
    'host',
    'content-length',
    'transfer-encoding',
    'connection',
    'te',
    'trailer',
    'upgrade',
    'expect',
    'keep-alive',
  ],
  ...[
    'proxy-authorization',
    'proxy-connection',
    'proxy-anything',
    'webhook-id',
    'webhook-signature',
    'webhook-anything',
  ],
  ...['content-type', 'content-encoding', 'user-agent', 'traceparent', 'accept-encoding', 'http2-settings'],
]

test.each(FORBIDDEN)('%s cannot be set, in any case', (name) => {
  const mixed = name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase())
  for (const spelling of [name, name.toUpperCase(), mixed]) {
    expect(checkHeaders({ [spelling]: 'x' })).toEqual([
      { path: `headers.${spelling}`, message: expect.any(String) },
    ])
    expect(stripHeaders({ [spelling]: 'x', 'x-kept': 'y' })).toEqual({ 'x-kept': 'y' })
  }
})

test.each([
  ['x-a', 'a\rb'],
  ['x-a', 'a\nb'],
  ['x-a', 'a\0b'],
  ['x-a', 'a\u007fb'],
  ['x-a', '€'],
  ['x a', 'b'],
  ['x-a:', 'b'],
  ['x-a\r\nx-b', 'c'],
  ['ü', 'b'],
  ['', 'b'],
])('%j: %j is not a header', (name, value) => {
  expect(checkHeaders({ [name]: value })).toHaveLength(1)
  expect(stripHeaders({ [name]: value })).toEqual({})
})

test('a name that would change the object of headers is not a header either', () => {
  const headers = JSON.parse('{"__proto__": "x", "x-kept": "y"}')
  expect(checkHeaders(headers)).toHaveLength(1)
  expect(Object.entries(stripHeaders(headers))).toEqual([['x-kept', 'y']])
})

test('one name in two cases is a fault', () => {
  expect(checkHeaders({ 'X-Key': 'a', 'x-key': 'b' })).toEqual([
    { path: 'headers.x-key', message: expect.any(String) },
  ])
})

test('50 headers and 8 KB in all are the limits', () => {
  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`x-${i}`, 'v']))
  expect(checkHeaders(many(50))).toEqual([])
  expect(checkHeaders(many(51))).toEqual([{ path: 'headers', message: expect.any(String) }])
  const large = (size: number) => ({ 'x-large': 'v'.repeat(size - 'x-large: \r\n'.length) })
  expect(checkHeaders(large(8_192))).toEqual([])
  expect(checkHeaders(large(8_193))).toEqual([{ path: 'headers', message: expect.any(String) }])
})

test('what customers do need passes: authorization, cookies, names of their own, latin-1', () => {
  const headers = {
    Authorization: 'Bearer x',
    Cookie: 'a=b',
    'X-Api-Key': 'k',
    accept: '*/*',
    'x-name': 'Zoë\t1',
    'x-empty': '',
  }
  expect(checkHeaders(headers)).toEqual([])
  expect(stripHeaders(headers)).toEqual(headers)
})
