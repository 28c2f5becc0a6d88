import { describe, expect, test } from 'vitest'
import { ACTIONS, type Action, difference, targetKind } from '../../src/audit/entry.ts'

describe('a difference', () => {
  test('holds what differs, on both sides, and nothing else', () => {
    expect(difference({ a: 1, b: [1], c: null }, { a: 1, b: [2], c: { d: 1 } })).toEqual({
      before: { b: [1], c: null },
      after: { b: [2], c: { d: 1 } },
    })
  })

  test('is none between equal states, however their objects are ordered', () => {
    expect(difference({ a: { x: 1, y: 2 }, at: new Date(5) }, { a: { y: 2, x: 1 }, at: new Date(5) })).toBe(
      undefined,
    )
  })

  test('tells what was cleared from what never was', () => {
    expect(difference({ a: '' }, { a: null as string | null })).toEqual({
      before: { a: '' },
      after: { a: null },
    })
  })
})

test('the kind of thing is said by the action', () => {
  expect(targetKind('api_key.revoked')).toBe('api_key')
  expect(new Set((Object.keys(ACTIONS) as Action[]).map(targetKind))).toEqual(
    new Set([
      'tenant',
      'event',
      'api_key',
      'portal_session',
      'event_type',
      'endpoint',
      'subscription',
      'delivery',
      'refused_event',
      'recovery',
      'master_key',
    ]),
  )
})
