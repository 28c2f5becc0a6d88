import { writeFile } from 'node:fs/promises'
import { type EventType, renderCatalogue } from '../../client/index.ts'
import type { Cli } from '../frame/cli.ts'
import { apiCommand, type ConnectionOptions, connect } from '../frame/connection.ts'
import { show } from '../frame/show.ts'

interface TypesOptions extends ConnectionOptions {
  out?: string
  name: string
}

/** `ringback types`: from the server's event types to TypeScript. */
export const typesCommand = (cli: Cli) =>
  apiCommand('types', 'Write the event types as a TypeScript catalogue, for `new Ringback<Catalogue>(...)`')
    .option('-o, --out <file>', 'write it there (stdout unless told)')
    .option('--name <name>', 'what the interface is called', 'Catalogue')
    .example('types --out src/catalogue.ts', 'a wrong event does not compile any more')
    .action(async ({ out, name, ...options }: TypesOptions) => {
      const found: EventType[] = []
      for await (const one of connect(cli, options).client.eventTypes.list({ limit: 250 })) found.push(one)
      const text = renderCatalogue(found, { name })
      if (out === undefined) return show(cli, options, { text }, () => text.trimEnd())
      await writeFile(out, text)
      show(cli, options, { file: out, eventTypes: found.length }, () => `${out}: ${found.length} event types`)
    })
