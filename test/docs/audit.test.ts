import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ACTIONS } from '../../src/audit/entry.ts'
import { packageFolder } from '../../src/package.ts'

test('docs/audit.md tells of every action, in the words of the code', () => {
  const page = readFileSync(new URL('docs/audit.md', packageFolder), 'utf8')
  const written = [...page.matchAll(/^\| `(\w+\.\w+)` \| (.*) \|$/gm)].map(([, action, says]) => [
    action,
    says,
  ])
  expect(written).toEqual(Object.entries(ACTIONS))
})
