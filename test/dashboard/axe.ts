/** axe-core in a page: put in once, and asked as often as the page shows something else. */
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

/** The very axe-core that its package for Playwright runs; that one puts it in anew for every question. */
const { source }: { source: string } = createRequire(
  createRequire(import.meta.url).resolve('@axe-core/playwright'),
)('axe-core')

interface Violation {
  id: string
  impact: string | null
  nodes: { html: string; any: { message: string }[] }[]
}

/** What axe calls serious or critical. @param rules these alone; all unless told */
export async function findingsIn(page: Page, rules?: readonly string[]): Promise<string[]> {
  // Not as a script of the page, which its Content Security Policy would refuse.
  if (!(await page.evaluate<boolean>('"axe" in self'))) await page.evaluate(source)
  const options = {
    resultTypes: ['violations'],
    ...(rules && { runOnly: { type: 'rule', values: rules } }),
  }
  const violations = await page.evaluate<Violation[]>(
    `axe.run(document, ${JSON.stringify(options)}).then(({ violations }) => violations)`,
  )
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(described).join(' | ')}`)
}

const described = ({ html, any }: Violation['nodes'][number]) =>
  [html.slice(0, 200), ...any.map(({ message }) => message)].join(' ')
