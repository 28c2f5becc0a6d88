/** Whose part of Ringback a command is about. */
import { Option } from 'commander'
import type { Cli } from './cli.ts'
import type { CliCommand } from './command.ts'
import type { Connection, ConnectionOptions } from './connection.ts'
import { usage } from './exit.ts'

/** What every command takes that is about one tenant. */
export interface TenantOption extends ConnectionOptions {
  tenant?: string
}

export const withTenant = <C extends CliCommand>(command: C): C =>
  command.addOption(
    new Option('-t, --tenant <tenant>', "the tenant (RINGBACK_TENANT, else the key's own if it has one)"),
  )

/** The tenant, as said or as the key is bound to one; undefined when neither says. */
export async function anyTenant(
  cli: Cli,
  { client }: Connection,
  options: TenantOption,
): Promise<string | undefined> {
  const said = options.tenant ?? cli.env.RINGBACK_TENANT
  return said || ((await client.session.get()).tenant ?? undefined)
}

/** @throws Failure when nothing says which */
export async function tenantOf(cli: Cli, connection: Connection, options: TenantOption): Promise<string> {
  const tenant = await anyTenant(cli, connection, options)
  if (!tenant) throw usage('Which tenant? Say --tenant, or set RINGBACK_TENANT.')
  return tenant
}
