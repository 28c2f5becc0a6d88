import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type EventType, type EventTypeDefinition, pushEventTypes } from '../../client/index.ts'
import type { Cli } from '../frame/cli.ts'
import { group } from '../frame/command.ts'
import { apiCommand, type ConnectionOptions, connect } from '../frame/connection.ts'
import { usage } from '../frame/exit.ts'
import { readJson } from '../frame/input.ts'
import { type LimitOption, pageSize, show, showList, withLimit } from '../frame/show.ts'
import { factText, tableText } from '../frame/table.ts'
import { EVENT_TYPE_COLUMNS } from './columns.ts'

/** `ringback event-types`: the catalogue of what may happen. */
export const eventTypesCommand = (cli: Cli) =>
  group('event-types', 'The catalogue of what may happen', [list(cli), get(cli), put(cli), push(cli)])

const list = (cli: Cli) =>
  withLimit(apiCommand('list', 'List event types')).action(
    async (options: ConnectionOptions & LimitOption) => {
      const { client } = connect(cli, options)
      await showList(cli, options, client.eventTypes.list({ limit: pageSize(options) }), EVENT_TYPE_COLUMNS)
    },
  )

const get = (cli: Cli) =>
  apiCommand('get', 'Show an event type and its schema')
    .argument('<name>', 'such as invoice.paid')
    .action(async (name: string, options: ConnectionOptions) => {
      const found = await connect(cli, options).client.eventTypes.get(name)
      show(cli, options, found, () => textOf(found))
    })

interface PutOptions extends ConnectionOptions {
  description?: string
  schema?: string
  schemaMode?: EventType['schemaMode']
  example?: string
  deprecated?: boolean
}

const put = (cli: Cli) =>
  apiCommand('put', 'Define an event type, or change one')
    .argument('<name>', 'such as invoice.paid')
    .option('--description <text>', 'for people')
    .option('--schema <json>', 'a JSON Schema of its data: JSON, @file, or -')
    .option('--schema-mode <mode>', 'what is done with data that breaks it: off, warn or enforce')
    .option('--example <json>', 'what its data may look like: JSON, @file, or -')
    .option('--deprecated', 'nobody should use it any more')
    .example(
      'event-types put invoice.paid --schema @invoice.schema.json --schema-mode enforce',
      'with a schema',
    )
    .action(async (name: string, options: PutOptions) => {
      const { client } = connect(cli, options)
      const { description, schemaMode, deprecated } = options
      const settings = {
        ...{ description, schemaMode, deprecated },
        schema: await jsonOf(options.schema),
        example: await jsonOf(options.example),
      }
      const made = await client.eventTypes.put(name, settings as never)
      show(cli, options, made, () => textOf(made))
    })

const jsonOf = async (given: string | undefined) =>
  given === undefined ? undefined : (await readJson(given)).value

interface PushOptions extends ConnectionOptions {
  export?: string
  dryRun?: boolean
}

const push = (cli: Cli) =>
  apiCommand('push', 'Make the event types as a module of yours has them; none is archived')
    .argument('<module>', 'a JavaScript module; TypeScript where your Node runs it')
    .option('--export <name>', 'which export is the catalogue (`default`, else `events`)')
    .option('--dry-run', 'say what would change, and change nothing')
    .example('event-types push ./events.js --dry-run', 'what would change')
    .action(async (module: string, options: PushOptions) => {
      const { client } = connect(cli, options)
      const catalogue = await catalogueOf(module, options.export)
      const pushed = await pushEventTypes(client, catalogue, { dryRun: options.dryRun })
      show(cli, options, pushed, () => {
        const columns = [
          { head: 'EVENT TYPE', of: ({ name }: (typeof pushed)[number]) => name },
          { head: 'CHANGE', of: ({ change }: (typeof pushed)[number]) => change },
        ]
        return tableText(pushed, columns, cli.terminal.paint)
      })
    })

/** @throws Failure when the module does not load, or holds no catalogue */
async function catalogueOf(module: string, named?: string): Promise<Record<string, EventTypeDefinition>> {
  const loaded = await import(pathToFileURL(resolve(module)).href).catch((error: Error) => {
    throw usage(`${module} does not load: ${error.message}`)
  })
  const found = named === undefined ? (loaded.default ?? loaded.events) : loaded[named]
  if (typeof found === 'object' && found !== null) return found
  throw usage(`${module} exports no catalogue: name it with --export, or export it as default.`)
}

const textOf = ({ name, description, schema, schemaMode, example, deprecated }: EventType) =>
  factText({
    'event type': name,
    description,
    deprecated: deprecated ? 'yes' : undefined,
    'schema mode': schemaMode,
    schema: schema === null ? null : JSON.stringify(schema),
    example: example === undefined || example === null ? undefined : JSON.stringify(example),
  })
