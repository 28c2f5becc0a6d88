import type { Tenant } from '../../client/index.ts'
import type { Cli } from '../frame/cli.ts'
import { group } from '../frame/command.ts'
import { confirm, withYes, type YesOption } from '../frame/confirm.ts'
import { apiCommand, type ConnectionOptions, connect } from '../frame/connection.ts'
import { collectPair } from '../frame/input.ts'
import { type LimitOption, pageSize, show, showList, withLimit } from '../frame/show.ts'
import { factText } from '../frame/table.ts'
import { TENANT_COLUMNS } from './columns.ts'

interface PutOptions extends ConnectionOptions {
  name?: string
  metadata?: Record<string, string>
}

/** `ringback tenants`: customers of the host application. */
export const tenantsCommand = (cli: Cli) =>
  group('tenants', 'Customers of your application', [list(cli), get(cli), put(cli), remove(cli)])

const list = (cli: Cli) =>
  withLimit(apiCommand('list', 'List tenants')).action(async (options: ConnectionOptions & LimitOption) => {
    const { client } = connect(cli, options)
    await showList(cli, options, client.tenants.list({ limit: pageSize(options) }), TENANT_COLUMNS)
  })

const get = (cli: Cli) =>
  apiCommand('get', 'Show a tenant')
    .argument('<tenant>', 'its id')
    .action(async (id: string, options: ConnectionOptions) => {
      const tenant = await connect(cli, options).client.tenants.get(id)
      show(cli, options, tenant, () => textOf(tenant))
    })

const put = (cli: Cli) =>
  apiCommand('put', 'Make a tenant, or change one')
    .argument('<tenant>', 'its id: your own, of A-Z a-z 0-9 . _ -')
    .option('--name <name>', 'for people')
    .option('--metadata <name=value>', 'kept with it; may be repeated', collectPair)
    .example('tenants put acme --name "Acme Ltd"', 'a customer')
    .action(async (id: string, { name, metadata, ...options }: PutOptions) => {
      const tenant = await connect(cli, options).client.tenants.put(id, { name, metadata })
      show(cli, options, tenant, () => textOf(tenant))
    })

const remove = (cli: Cli) =>
  withYes(apiCommand('delete', 'Delete a tenant with its endpoints, keys and portal sessions'))
    .argument('<tenant>', 'its id')
    .action(async (id: string, options: ConnectionOptions & YesOption) => {
      const { client } = connect(cli, options)
      await confirm(cli, options, `delete the tenant ${id} with all its endpoints`)
      await client.tenants.delete(id)
      show(cli, options, { id, deleted: true }, () => `${id} is deleted.`)
    })

const textOf = ({ id, name, metadata, createdAt }: Tenant) =>
  factText({ tenant: id, name, metadata: JSON.stringify(metadata), created: createdAt })
