import { describe, expect, it } from 'vitest'
import { judgeResponse } from '../../src/retry/verdict.ts'

describe('a status code', () => {
  it('means success from 200 to 299, gone at 410, and retry everywhere else', () => {
    for (let status = 0; status <= 999; status++) {
      const expected = Math.floor(status / 100) === 2 ? 'success' : status === 410 ? 'gone' : 'retry'
      expect(`${status} ${judgeResponse(status)}`).toBe(`${status} ${expected}`)
    }
  })
})
