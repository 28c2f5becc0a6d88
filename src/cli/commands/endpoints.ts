import type { Endpoint } from '../../client/index.ts'
import type { Cli } from '../frame/cli.ts'
import { group } from '../frame/command.ts'
import { confirm, withYes, type YesOption } from '../frame/confirm.ts'
import { apiCommand, type Connection, connect } from '../frame/connection.ts'
import { collect, collectPair, readJson, readWhole } from '../frame/input.ts'
import { type LimitOption, pageSize, show, showList, withLimit } from '../frame/show.ts'
import { factText } from '../frame/table.ts'
import { anyTenant, type TenantOption, tenantOf, withTenant } from '../frame/tenant.ts'
import { ENDPOINT_COLUMNS } from './columns.ts'

/** `ringback endpoints`: registered callback URLs. */
export const endpointsCommand = (cli: Cli) =>
  group('endpoints', 'Registered callback URLs', [
    list(cli),
    get(cli),
    create(cli),
    change(cli, 'pause', 'Hold what comes until it is resumed'),
    change(cli, 'resume', 'End a pause; what was held goes on'),
    change(cli, 'enable', 'Switch an endpoint on; what was held goes on'),
    change(cli, 'disable', 'Switch an endpoint off; what comes is held'),
    test(cli),
    rotate(cli),
    remove(cli),
  ])

const list = (cli: Cli) =>
  withLimit(withTenant(apiCommand('list', 'List endpoints, newest first'))).action(
    async (options: TenantOption & LimitOption) => {
      const connection = connect(cli, options)
      const query = { limit: pageSize(options) }
      const tenant = await anyTenant(cli, connection, options)
      const { endpoints } = connection.client
      const found = tenant ? endpoints.list(tenant, query) : endpoints.listAll(query)
      await showList(cli, options, found, ENDPOINT_COLUMNS)
    },
  )

const get = (cli: Cli) =>
  ofEndpoint('get', 'Show an endpoint').action(async (id: string, options: TenantOption) => {
    const connection = connect(cli, options)
    const endpoint = await connection.client.endpoints.get(await tenantOf(cli, connection, options), id)
    show(cli, options, endpoint, () => textOf(endpoint))
  })

interface CreateOptions extends TenantOption {
  eventType?: string[]
  filter?: string
  description?: string
  header?: Record<string, string>
  secret?: string
}

const create = (cli: Cli) =>
  withTenant(apiCommand('create', 'Register a callback URL; its secret is shown this once'))
    .argument('<url>', 'where callbacks go')
    .option(
      '--event-type <pattern>',
      'what it wants: invoice.paid, invoice.* or * (all, unless told); may be repeated',
      collect,
    )
    .option('--filter <json>', 'a condition on the data: JSON, @file, or -')
    .option('--description <text>', 'for people')
    .option('--header <name=value>', 'sent with each callback; may be repeated', collectPair)
    .option('--secret <whsec>', 'your own secret; left out, one is made')
    .example(
      'endpoints create https://example.com/hook --tenant acme --event-type "invoice.*"',
      'for invoices',
    )
    .action(async (url: string, options: CreateOptions) => {
      const connection = connect(cli, options)
      const { eventType: eventTypes = ['*'], description, header: headers, secret } = options
      const filter = options.filter === undefined ? undefined : (await readJson(options.filter)).value
      const tenant = await tenantOf(cli, connection, options)
      const subscriptions = [{ eventTypes, filter }]
      const wanted = { url, description, headers, secret, subscriptions }
      const made = await connection.client.endpoints.create(tenant, wanted)
      show(cli, options, made, () => textOf(made, made.secret))
    })

type Change = 'pause' | 'resume' | 'enable' | 'disable'

const change = (cli: Cli, verb: Change, says: string) =>
  ofEndpoint(verb, says).action(async (id: string, options: TenantOption) => {
    const connection = connect(cli, options)
    const endpoint = await connection.client.endpoints[verb](await tenantOf(cli, connection, options), id)
    show(cli, options, endpoint, () => `${endpoint.id} is ${endpoint.status}.`)
  })

interface TestOptions extends TenantOption {
  eventType?: string
  data?: string
}

const test = (cli: Cli) =>
  ofEndpoint('test', 'Send a test event to one endpoint')
    .option('--event-type <type>', 'which it shall look like')
    .option('-d, --data <data>', "its data: JSON, @file, or -; the event type's example unless told")
    .action(async (id: string, options: TestOptions) => {
      const connection = connect(cli, options)
      const data = options.data === undefined ? undefined : (await readJson(options.data)).value
      const tenant = await tenantOf(cli, connection, options)
      const sent = await connection.client.endpoints.test(tenant, id, { eventType: options.eventType, data })
      show(cli, options, sent, () => factText({ event: sent.eventId, delivery: sent.deliveryId }))
    })

interface RotateOptions extends TenantOption, YesOption {
  grace?: number
  secret?: string
}

const rotate = (cli: Cli) =>
  withYes(ofEndpoint('rotate', 'Give an endpoint a new secret; the former signs beside it for a while'))
    .option('--grace <seconds>', 'how long the former secret still signs (a day unless told)', readWhole)
    .option('--secret <whsec>', 'your own secret; left out, one is made')
    .action(async (id: string, options: RotateOptions) => {
      const connection = connect(cli, options)
      const tenant = await tenantOf(cli, connection, options)
      await confirm(cli, options, `give ${id} a new secret`)
      const { secret, grace: graceSeconds } = options
      const secrets = await connection.client.endpoints.rotateSecret(tenant, id, { secret, graceSeconds })
      show(cli, options, secrets, () => secrets.secret)
    })

const remove = (cli: Cli) =>
  withYes(ofEndpoint('delete', 'Delete an endpoint; what waits for it is canceled')).action(
    async (id: string, options: TenantOption & YesOption) => {
      const connection: Connection = connect(cli, options)
      const tenant = await tenantOf(cli, connection, options)
      await confirm(cli, options, `delete ${id} and cancel what waits for it`)
      await connection.client.endpoints.delete(tenant, id)
      show(cli, options, { id, deleted: true }, () => `${id} is deleted.`)
    },
  )

const ofEndpoint = (name: string, says: string) =>
  withTenant(apiCommand(name, says)).argument('<endpoint>', 'its id')

function textOf(endpoint: Endpoint, secret?: string): string {
  return factText({
    endpoint: endpoint.id,
    url: endpoint.url,
    status: endpoint.status,
    reason: endpoint.disabledReason ?? undefined,
    tenant: endpoint.tenantId,
    description: endpoint.description ?? undefined,
    wants: endpoint.subscriptions.map(wanted).join('; '),
    headers: Object.keys(endpoint.headers).join(' ') || undefined,
    circuit: endpoint.health.circuit.state,
    failures: endpoint.health.failedAttempts,
    created: endpoint.createdAt,
    secret,
  })
}

const wanted = ({ eventTypes, filter }: Endpoint['subscriptions'][number]) =>
  eventTypes.join(' ') + (filter ? ` where ${JSON.stringify(filter)}` : '')
