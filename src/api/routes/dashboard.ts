import { randomBytes } from 'node:crypto'
import type { Context } from 'hono'
import { version } from '../../package.ts'
import { prefixOf } from '../base-path.ts'
import { dashboardFiles } from '../dashboard-files.ts'
import { type Face, pagePolicy, writePage } from '../dashboard-page.ts'
import type { Api, ApiEnv, ApiNeeds } from '../needs.ts'
import { routeProblem } from '../problem.ts'

/** The name of a file changes with what is in it. */
const KEEP_FOR_EVER = 'public, max-age=31536000, immutable'

/**
 * The operator's dashboard and the tenants' portal: one application, served as it was built. The page is the same at
 * every path below: its router reads the rest. It holds nothing of anybody's and needs no key; what it shows it asks the
 * API for.
 */
export function dashboardRoutes(api: Api, needs: ApiNeeds): void {
  const { appearance, frameAncestors } = needs
  const files = dashboardFiles()
  const prefix = prefixOf(needs)

  api.get('/', (c) => c.redirect(prefix === '' ? 'dashboard/' : `${prefix}/dashboard/`))
  api.get('/dashboard/assets/:name', async (c) => {
    const file = await files.asset(c.req.param('name'), c.req.header('Accept-Encoding') ?? '')
    if (!file) return routeProblem(c)
    return c.body(file.bytes, 200, {
      'Content-Type': file.type,
      'Cache-Control': KEEP_FOR_EVER,
      Vary: 'Accept-Encoding',
      ...(file.encoding ? { 'Content-Encoding': file.encoding } : {}),
    })
  })
  for (const path of ['/dashboard', '/dashboard/*']) api.get(path, (c) => answerPage(c, 'operator'))
  for (const path of ['/portal', '/portal/*']) api.get(path, (c) => answerPage(c, 'portal'))

  async function answerPage(c: Context<ApiEnv>, face: Face) {
    const page = await files.page()
    if (!page)
      return c.text('The dashboard is not built. Run `npm run build`, then start Ringback again.', 503)
    const parts = {
      face,
      appearance,
      frameAncestors,
      prefix,
      version,
      nonce: randomBytes(16).toString('base64'),
    }
    return c.html(writePage(page, parts), 200, { 'Content-Security-Policy': pagePolicy(parts) })
  }
}
