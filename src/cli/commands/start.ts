import { CliCommand } from '../frame/command.ts'

/** `ringback start`: this process becomes the server. */
export const startCommand = () =>
  new CliCommand('start')
    .description('Run Ringback; it is set up by the environment alone (docs/configuration.md)')
    .example('start', 'alone, with its own Postgres in .ringback')
    .example('start # with DATABASE_URL, RINGBACK_MASTER_KEY, ...', 'on your own Postgres')
    .action(async () => {
      await import('../../main.ts')
    })
