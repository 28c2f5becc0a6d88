import type { Event } from '../../client/index.ts'
import { bodyOf } from '../body.ts'
import type { Cli } from '../frame/cli.ts'
import { group } from '../frame/command.ts'
import { apiCommand, connect } from '../frame/connection.ts'
import { readMoment } from '../frame/input.ts'
import { type LimitOption, pageSize, show, showList, withLimit } from '../frame/show.ts'
import { factText, tableText } from '../frame/table.ts'
import { anyTenant, type TenantOption, tenantOf, withTenant } from '../frame/tenant.ts'
import { DELIVERY_COLUMNS, EVENT_COLUMNS } from './columns.ts'

interface ListOptions extends TenantOption, LimitOption {
  type?: string
  after?: Date
  before?: Date
}

/** `ringback events`: what happened. */
export const eventsCommand = (cli: Cli) => group('events', 'Look at events', [list(cli), get(cli), body(cli)])

const list = (cli: Cli) =>
  withLimit(withTenant(apiCommand('list', 'List events, newest first')))
    .option('--type <type>', 'of this event type alone')
    .option('--after <time>', 'accepted at this time or later', readMoment)
    .option('--before <time>', 'accepted before this time', readMoment)
    .example('events list --tenant acme --after 1h', 'what happened within an hour')
    .action(async (options: ListOptions) => {
      const connection = connect(cli, options)
      const { type, after, before } = options
      const query = { type, after, before, limit: pageSize(options) }
      const tenant = await anyTenant(cli, connection, options)
      const { events } = connection.client
      await showList(cli, options, tenant ? events.list(tenant, query) : events.listAll(query), EVENT_COLUMNS)
    })

const get = (cli: Cli) =>
  withTenant(apiCommand('get', 'Show an event, its deliveries, and why it did not go elsewhere'))
    .argument('<event>', 'its id')
    .action(async (id: string, options: TenantOption) => {
      const connection = connect(cli, options)
      const event = await connection.client.events.get(await tenantOf(cli, connection, options), id)
      show(cli, options, event, () => textOf(event, cli))
    })

const body = (cli: Cli) =>
  withTenant(apiCommand('body', 'Print the body of its callbacks, byte by byte as it is signed'))
    .argument('<event>', 'its id')
    .action(async (id: string, options: TenantOption) => {
      const connection = connect(cli, options)
      process.stdout.write(await bodyOf(connection, await tenantOf(cli, connection, options), id))
    })

function textOf(event: Event, { terminal }: Cli): string {
  const facts = factText({
    event: event.id,
    type: event.type,
    tenant: event.tenantId,
    'your id': event.externalId ?? undefined,
    'occurred at': event.occurredAt ?? undefined,
    created: event.createdAt,
    data: JSON.stringify(event.data),
  })
  const parts = [facts]
  if (event.deliveries.length > 0) parts.push(tableText(event.deliveries, DELIVERY_COLUMNS, terminal.paint))
  if (event.unmatched.length > 0)
    parts.push(
      tableText(
        event.unmatched,
        [
          { head: 'NOT SENT TO', of: ({ endpointId }) => endpointId },
          { head: 'BECAUSE', of: ({ reason }) => reason },
        ],
        terminal.paint,
      ),
    )
  return parts.join('\n\n')
}
