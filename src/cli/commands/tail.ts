import type { Delivery } from '../../client/index.ts'
import { changeLine, followDeliveries } from '../follow.ts'
import type { Cli } from '../frame/cli.ts'
import { apiCommand, connect } from '../frame/connection.ts'
import { anyTenant, type TenantOption, withTenant } from '../frame/tenant.ts'
import { jsonText } from '../frame/terminal.ts'

interface TailOptions extends TenantOption {
  endpoint?: string
  eventType?: string
  status?: Delivery['status']
}

/** `ringback tail`: deliveries as they happen. */
export const tailCommand = (cli: Cli) =>
  withTenant(
    apiCommand('tail', 'Watch deliveries as they happen, of a tenant or of all; --json writes one a line'),
  )
    .option('--endpoint <endpoint>', 'for this endpoint alone')
    .option('--event-type <type>', 'of this event type alone')
    .option('--status <status>', 'in this status alone')
    .example('tail --status failed', 'what fails, from now on')
    .action(async (options: TailOptions) => {
      const connection = connect(cli, options)
      const { endpoint: endpointId, eventType, status } = options
      const tenant = await anyTenant(cli, connection, options)
      const watching = { tenant, endpointId, eventType, status }
      const { terminal } = cli
      const signal = cli.interruption()
      terminal.say(`Watching ${tenant ?? 'all tenants'}; Ctrl-C ends it.`)
      for await (const change of followDeliveries(connection, watching, { signal })) {
        if (change === 'missed')
          terminal.say('More happened than is shown here; list the deliveries to see it.')
        else terminal.print(options.json ? jsonText(change) : changeLine(change, terminal.paint))
      }
    })
