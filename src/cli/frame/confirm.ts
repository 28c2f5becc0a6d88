/** Asking before something is done that cannot be taken back. */
import type { Cli } from './cli.ts'
import type { CliCommand } from './command.ts'
import { EXIT, Failure, failed, usage } from './exit.ts'

/** What every command takes that destroys, or sets much going. */
export interface YesOption {
  yes?: boolean
}

export const withYes = <C extends CliCommand>(command: C): C =>
  command.option('-y, --yes', 'do not ask; needed where nobody can be asked')

/**
 * Resolves when it may be done.
 * @param what completes "Do you want to ...?"
 * @throws Failure when it may not, or nobody can be asked
 */
export async function confirm({ terminal }: Cli, { yes }: YesOption, what: string): Promise<void> {
  if (yes) return
  if (!terminal.isInteractive)
    throw usage(`This would ${what}. Nobody can be asked here: say --yes if it is meant.`)
  const { confirm: ask, isCancel } = await import('@clack/prompts')
  const answer = await ask({
    message: `Do you want to ${what}?`,
    initialValue: false,
    output: process.stderr,
  })
  if (isCancel(answer)) throw new Failure(EXIT.interrupted, '', 'interrupted')
  if (!answer) throw failed('Nothing was done.', 'declined')
}
