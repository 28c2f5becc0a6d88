import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { packageFolder } from '../../src/package.ts'
import { createTestApi } from '../api/test-api.ts'

test('docs/access.md names every route with the scope that it needs', async () => {
  const api = await createTestApi()
  const { json: document } = await api.ask('GET /openapi.json')
  await api.close()
  const needed = Object.entries<Record<string, { security: { key: string[] }[] }>>(document.paths).flatMap(
    ([path, methods]) =>
      Object.entries(methods).map(
        ([method, { security }]) =>
          `${security[0] ? (security[0].key.length > 0 ? `\`${security[0].key}\`` : 'any key') : 'no key'} | \`${method.toUpperCase()} ${path}\``,
      ),
  )
  const page = readFileSync(new URL('docs/access.md', packageFolder), 'utf8')
  const written = [...page.matchAll(/^\| ((?:`\w+`|no key|any key) \| `[A-Z]+ \/.*`) \|$/gm)].map(
    ([, row]) => row,
  )
  expect(written.sort()).toEqual(needed.sort())
})
