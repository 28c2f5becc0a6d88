import { expect, test } from 'vitest'
import { readTraceparent, traceIdOf } from '../../src/trace-context.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const PARENT = '00f067aa0ba902b7'
const GOOD = `00-${TRACE}-${PARENT}-01`

test('a traceparent of version 00 is read as it is, and names its trace', () => {
  expect(readTraceparent(GOOD)).toBe(GOOD)
  expect(traceIdOf(GOOD)).toBe(TRACE)
})

test('of a later version, what version 00 knows is read', () => {
  expect(readTraceparent(`01-${TRACE}-${PARENT}-01-what-comes`)).toBe(GOOD)
  expect(readTraceparent(`cc-${TRACE}-${PARENT}-09`)).toBe(GOOD)
})

test('flags that version 00 does not know are left out', () => {
  expect(readTraceparent(`00-${TRACE}-${PARENT}-fd`)).toBe(GOOD)
})

test.each([
  undefined,
  '',
  'none',
  `ff-${TRACE}-${PARENT}-01`,
  `00-${TRACE}-${PARENT}-01-more`,
  `00-${'0'.repeat(32)}-${PARENT}-01`,
  `00-${TRACE}-${'0'.repeat(16)}-01`,
  `00-${TRACE.toUpperCase()}-${PARENT}-01`,
  `00-${TRACE}-${PARENT}-1`,
  ` ${GOOD}`,
  `${GOOD}, ${GOOD}`,
  `${GOOD}\r\nx-evil: 1`,
])('%j is as good as none', (header) => {
  expect(readTraceparent(header)).toBeNull()
})
