import { randomBytes } from 'node:crypto'
import type { NewApiKey } from '../../client/index.ts'
import type { Cli } from '../frame/cli.ts'
import { command, group, type JsonOption } from '../frame/command.ts'
import { confirm, withYes, type YesOption } from '../frame/confirm.ts'
import { apiCommand, type ConnectionOptions, connect } from '../frame/connection.ts'
import { readMoment } from '../frame/input.ts'
import { type LimitOption, pageSize, show, showList, withLimit } from '../frame/show.ts'
import { factText } from '../frame/table.ts'
import { KEY_COLUMNS } from './columns.ts'

/** `ringback keys`: who may call the API. */
export const keysCommand = (cli: Cli) =>
  group('keys', 'Keys of the API, and the master key', [
    list(cli),
    create(cli),
    revoke(cli),
    generateMaster(cli),
  ])

const list = (cli: Cli) =>
  withLimit(apiCommand('list', 'List API keys')).action(async (options: ConnectionOptions & LimitOption) => {
    const { client } = connect(cli, options)
    await showList(cli, options, client.apiKeys.list({ limit: pageSize(options) }), KEY_COLUMNS)
  })

interface CreateOptions extends ConnectionOptions {
  scope: NewApiKey['scopes']
  tenant?: string
  expiresAt?: Date
}

const create = (cli: Cli) =>
  apiCommand('create', 'Make an API key; it is shown this once')
    .argument('<name>', 'for people')
    .requiredOption('--scope <scope...>', 'what it may do: emit, read, manage, admin')
    .option('--tenant <tenant>', 'for this tenant alone')
    .option('--expires-at <time>', 'when it ends; never unless told', readMoment)
    .example('keys create billing --scope emit', 'to emit, and nothing else')
    .action(async (name: string, { scope: scopes, tenant, expiresAt, ...options }: CreateOptions) => {
      const made = await connect(cli, options).client.apiKeys.create({ name, scopes, tenant, expiresAt })
      show(cli, options, made, () =>
        factText({ id: made.id, name: made.name, scopes: made.scopes.join(' '), key: made.key }),
      )
    })

const revoke = (cli: Cli) =>
  withYes(apiCommand('revoke', 'End an API key; within five seconds it is refused everywhere'))
    .argument('<key>', 'its id, key_...')
    .action(async (id: string, options: ConnectionOptions & YesOption) => {
      const { client } = connect(cli, options)
      await confirm(cli, options, `revoke the key ${id}`)
      await client.apiKeys.revoke(id)
      show(cli, options, { id, revoked: true }, () => `${id} is revoked.`)
    })

/** What AES-256 takes. */
const MASTER_KEY_BYTES = 32

const generateMaster = (cli: Cli) =>
  command('generate-master', 'Make a master key for RINGBACK_MASTER_KEY; nothing keeps it but you')
    .example('keys generate-master', 'put a new one before the old one to rotate: new,old')
    .action((options: JsonOption) => {
      const masterKey = randomBytes(MASTER_KEY_BYTES).toString('base64')
      show(cli, options, { masterKey }, () => masterKey)
    })
