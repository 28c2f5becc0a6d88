import type { Cli } from '../frame/cli.ts'
import { apiCommand, type ConnectionOptions, connect } from '../frame/connection.ts'
import { readWhole } from '../frame/input.ts'
import { show } from '../frame/show.ts'
import { openInBrowser } from '../open-in-browser.ts'

interface PortalOptions extends ConnectionOptions {
  expiresIn?: number
  readOnly?: boolean
  open?: boolean
}

/** `ringback portal`: a link into a tenant's own part. */
export const portalCommand = (cli: Cli) =>
  apiCommand('portal', "Open a tenant's own part to somebody: prints the link")
    .argument('<tenant>', 'whose part')
    .option('--expires-in <seconds>', 'how long it is good (an hour unless told, a day at most)', readWhole)
    .option('--read-only', 'to look, not to touch')
    .option('-o, --open', 'open it in a browser too')
    .example('portal acme --read-only --open', 'what your customer sees')
    .action(async (tenant: string, options: PortalOptions) => {
      const { client } = connect(cli, options)
      const { expiresIn: expiresInSeconds, readOnly } = options
      const session = await client.portal.createSession(tenant, { expiresInSeconds, readOnly })
      show(cli, options, session, () => session.url)
      if (options.open && !openInBrowser(session.url)) cli.terminal.say('There is no browser to open it in.')
    })
