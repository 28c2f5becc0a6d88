import { expect, test } from 'vitest'
import { ACTIONS } from '../../src/audit/entry.ts'
import { AUDIT_ACTIONS } from '../../src/dashboard/audit/actions.ts'

test('the audit log can be narrowed to whatever it tells of', () => {
  expect(AUDIT_ACTIONS).toEqual(Object.keys(ACTIONS))
})
