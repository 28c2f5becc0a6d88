/** `--keep`: the demo stays open, with links that sign in to its dashboard and its portal. */
import { once } from 'node:events'
import { HOUR } from '../../src/duration.ts'
import type { Installation } from './installation.ts'
import type { Ui } from './ui.ts'

/** Long enough to look around; whoever finds the link in a scrollback the day after finds it worthless. */
const LINKS_LAST = 2 * HOUR

/** Shows where to look, and returns once somebody interrupts. */
export async function keepOpen(ui: Ui, installation: Installation, interrupted: AbortSignal): Promise<void> {
  const { dashboard, portal } = await makeLinks(installation)
  ui.note(`Open for ${LINKS_LAST / HOUR} hours, each signs in by one click`, [
    `the dashboard, as its operator   ${dashboard}`,
    `the portal, as the tenant        ${portal}`,
  ])
  ui.list('Ringback and the receivers go on. Ctrl-C ends them and removes the data.', [])
  await once(interrupted, 'abort')
}

/**
 * Makes links that sign in. A link holds a key of its own, which ends soon, never the admin key, and holds it in the
 * fragment: browsers send that to no server, so no log has it, and the page takes it out of the address at once.
 */
export async function makeLinks({ api, process: { url } }: Installation) {
  const { key } = await api<{ key: string }>('POST', '/v1/api-keys', {
    name: 'Link of the demo',
    scopes: ['admin'],
    expiresAt: new Date(Date.now() + LINKS_LAST).toISOString(),
  })
  const session = await api<{ url: string }>('POST', '/v1/tenants/github/portal-sessions', {})
  return { dashboard: `${url}dashboard/#token=${key}`, portal: session.url }
}
