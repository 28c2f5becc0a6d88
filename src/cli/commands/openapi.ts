import type { Cli } from '../frame/cli.ts'
import { CliCommand } from '../frame/command.ts'

/** `ringback openapi`: the description of the API, of this version; no server is needed. */
export const openapiCommand = (cli: Cli) =>
  new CliCommand('openapi')
    .description('Print the OpenAPI document of this version')
    .option('--json', 'it is JSON anyway')
    .example('openapi > ringback.openapi.json', 'to generate clients from')
    .action(async () => {
      const { describeApi } = await import('../../api/describe.ts')
      cli.terminal.print(JSON.stringify(JSON.parse(await describeApi()), null, 2))
    })
