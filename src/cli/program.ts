/** All commands, in the order of the help. */
import { version } from '../package.ts'
import { typesCommand } from './commands/catalogue-types.ts'
import { completionCommand } from './commands/completion.ts'
import { cancelCommand, deliveriesCommand, retryCommand } from './commands/deliveries.ts'
import { devCommand } from './commands/dev.ts'
import { doctorCommand } from './commands/doctor.ts'
import { emitCommand } from './commands/emit.ts'
import { endpointsCommand } from './commands/endpoints.ts'
import { eventTypesCommand } from './commands/event-types.ts'
import { eventsCommand } from './commands/events.ts'
import { keysCommand } from './commands/keys.ts'
import { listenCommand } from './commands/listen.ts'
import { migrateCommand } from './commands/migrate.ts'
import { openapiCommand } from './commands/openapi.ts'
import { portalCommand } from './commands/portal.ts'
import { recoverCommand } from './commands/recover.ts'
import { relayCommand } from './commands/relay.ts'
import { signCommand } from './commands/sign.ts'
import { startCommand } from './commands/start.ts'
import { tailCommand } from './commands/tail.ts'
import { tenantsCommand } from './commands/tenants.ts'
import { verifyCommand } from './commands/verify.ts'
import type { Cli } from './frame/cli.ts'
import { CliCommand } from './frame/command.ts'

/** Commands, by what they are for. */
export const CHAPTERS: readonly { title: string; commands: readonly ((cli: Cli) => CliCommand)[] }[] = [
  { title: 'Run it:', commands: [startCommand, devCommand, migrateCommand, doctorCommand] },
  {
    title: 'Emit and receive:',
    commands: [emitCommand, relayCommand, listenCommand, signCommand, verifyCommand],
  },
  {
    title: 'Look and mend:',
    commands: [tailCommand, eventsCommand, deliveriesCommand, retryCommand, cancelCommand, recoverCommand],
  },
  {
    title: 'Set up:',
    commands: [tenantsCommand, endpointsCommand, eventTypesCommand, typesCommand, portalCommand, keysCommand],
  },
  { title: 'Further:', commands: [openapiCommand, completionCommand] },
]

/** The whole command line. */
export function createProgram(cli: Cli): CliCommand {
  const program = new CliCommand('ringback')
    .description('Callback (webhook) delivery you can trust.')
    .usage('<command> [options]')
    .version(version, '-V, --version', 'show the version')
    .example('dev', 'all of it, here, to develop against')
    .example(`emit acme invoice.paid --data '{"amount": 1200}'`, 'an event')
    .example('listen --forward http://localhost:3000/hook --tenant acme', 'what acme gets, to your machine')
  for (const { title, commands } of CHAPTERS) {
    program.commandsGroup(title)
    for (const make of commands) program.addCommand(make(cli))
  }
  return program
}
