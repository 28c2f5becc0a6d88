import type { DevOptions } from '../dev/run.ts'
import type { Cli } from '../frame/cli.ts'
import { command } from '../frame/command.ts'
import { readWhole } from '../frame/input.ts'

/** `ringback dev`: everything in one process, to develop against. */
export const devCommand = (cli: Cli) =>
  command('dev', 'Run all of Ringback here, to develop against; it may reach receivers on this machine')
    .option('-p, --port <port>', 'where it listens (4600)', readWhole)
    .option('--data-dir <directory>', 'where it keeps its data and keys (RINGBACK_DATA_DIR, else .ringback)')
    .option('-t, --tenant <tenant>', 'a tenant to begin with', 'acme')
    .option('-f, --forward <url>', 'your receiver: registered once, for all events')
    .option('--log', "show the server's log from the start")
    .example('dev --forward http://localhost:3000/hook', 'with your receiver registered')
    .action(async (options: DevOptions) => {
      // The whole server is behind it, which the other commands need not load.
      const { runDev } = await import('../dev/run.ts')
      await runDev(cli, options)
    })
