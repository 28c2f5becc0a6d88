import { expect, test } from 'vitest'
import { answerOf } from '../../src/deliveries/delivery.ts'

test.each([
  [200, '2xx'],
  [299, '2xx'],
  [304, '3xx'],
  [410, '4xx'],
  [599, '5xx'],
  [null, 'none'],
  [99, 'other'],
  [101, 'other'],
  [999, 'other'],
] as const)('a last attempt that brought %s is found as %s', (status, answer) => {
  expect(answerOf(status)).toBe(answer)
})
