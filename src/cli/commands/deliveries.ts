import type { Attempt, Delivery, Ringback } from '../../client/index.ts'
import type { Cli } from '../frame/cli.ts'
import { type CliCommand, group } from '../frame/command.ts'
import { apiCommand, connect } from '../frame/connection.ts'
import { readMoment } from '../frame/input.ts'
import { type LimitOption, pageSize, show, showList, withLimit } from '../frame/show.ts'
import { factText } from '../frame/table.ts'
import { anyTenant, type TenantOption, tenantOf, withTenant } from '../frame/tenant.ts'
import { ATTEMPT_COLUMNS, DELIVERY_COLUMNS } from './columns.ts'

interface ListOptions extends TenantOption, LimitOption {
  status?: Delivery['status']
  answer?: NonNullable<Parameters<Ringback['deliveries']['list']>[1]>['answer']
  endpoint?: string
  event?: string
  eventType?: string
  after?: Date
  before?: Date
}

/** `ringback deliveries`: one event for one endpoint, and where it stands. */
export const deliveriesCommand = (cli: Cli) =>
  group('deliveries', 'Look at deliveries and their attempts', [list(cli), get(cli), attempts(cli)])

const list = (cli: Cli) =>
  withLimit(withTenant(apiCommand('list', 'List deliveries, newest first')))
    .option('--status <status>', 'pending, retrying, held, delivered, failed or canceled')
    .option('--answer <class>', 'by what came of the last attempt: 2xx, 3xx, 4xx, 5xx, none or other')
    .option('--endpoint <endpoint>', 'for this endpoint alone')
    .option('--event <event>', 'of this event alone')
    .option('--event-type <type>', 'of this event type alone')
    .option('--after <time>', 'created at this time or later', readMoment)
    .option('--before <time>', 'created before this time', readMoment)
    .example('deliveries list --status failed --after 1d', 'what failed within a day, of all tenants')
    .action(async (options: ListOptions) => {
      const connection = connect(cli, options)
      const { status, answer, endpoint, event, eventType, after, before } = options
      const query = {
        ...{ status, answer, eventType, after, before, endpointId: endpoint, eventId: event },
        limit: pageSize(options),
      }
      const tenant = await anyTenant(cli, connection, options)
      const { deliveries } = connection.client
      const found = tenant ? deliveries.list(tenant, query) : deliveries.listAll(query)
      await showList(cli, options, found, DELIVERY_COLUMNS)
    })

const get = (cli: Cli) =>
  ofDelivery(cli, apiCommand('get', 'Show a delivery and its last attempt'), (deliveries, ...ids) =>
    deliveries.get(...ids),
  )

const attempts = (cli: Cli) =>
  withLimit(withTenant(apiCommand('attempts', 'List the attempts of a delivery, oldest first')))
    .argument('<delivery>', 'its id')
    .action(async (id: string, options: TenantOption & LimitOption) => {
      const connection = connect(cli, options)
      const tenant = await tenantOf(cli, connection, options)
      const found = connection.client.deliveries.listAttempts(tenant, id, { limit: pageSize(options) })
      await showList<Attempt>(cli, options, found, ATTEMPT_COLUMNS)
    })

/** `ringback retry`: now, from any state. */
export const retryCommand = (cli: Cli) =>
  ofDelivery(
    cli,
    apiCommand('retry', 'Retry a delivery now, whatever became of it').example(
      'retry dlv_01k... --tenant acme',
      'from a fresh schedule; its log is kept',
    ),
    (deliveries, ...ids) => deliveries.retry(...ids),
  )

/** `ringback cancel`: what waits is not sent. */
export const cancelCommand = (cli: Cli) =>
  ofDelivery(
    cli,
    apiCommand('cancel', 'Cancel a delivery that waits').example(
      'cancel dlv_01k... --tenant acme',
      'it is sent only if it is retried',
    ),
    (deliveries, ...ids) => deliveries.cancel(...ids),
  )

type Deliveries = ReturnType<typeof connect>['client']['deliveries']

/** A command that does one thing with one delivery, and shows how it stands then. */
const ofDelivery = (
  cli: Cli,
  command: CliCommand,
  act: (deliveries: Deliveries, tenant: string, id: string) => Promise<Delivery>,
) =>
  withTenant(command)
    .argument('<delivery>', 'its id')
    .action(async (id: string, options: TenantOption) => {
      const connection = connect(cli, options)
      const tenant = await tenantOf(cli, connection, options)
      const delivery = await act(connection.client.deliveries, tenant, id)
      show(cli, options, delivery, () => textOf(delivery))
    })

function textOf({ lastAttempt, ...delivery }: Delivery): string {
  return factText({
    delivery: delivery.id,
    status: delivery.status,
    reason: delivery.reason ?? undefined,
    'waiting for': delivery.waitingFor ?? undefined,
    'next attempt': delivery.nextAttemptAt ?? undefined,
    attempts: delivery.attemptCount,
    event: delivery.eventId,
    type: delivery.eventType,
    tenant: delivery.tenantId,
    endpoint: delivery.endpointId,
    created: delivery.createdAt,
    completed: delivery.completedAt ?? undefined,
    'last url': lastAttempt?.request.url,
    'last result': lastAttempt ? (lastAttempt.response?.status ?? lastAttempt.error) : undefined,
    'last detail': lastAttempt?.detail ?? undefined,
    'last answer': lastAttempt?.response?.body,
  })
}
