/** Asking before something is done that cannot be taken back. */
import { once } from 'node:events'
import { createInterface } from 'node:readline/promises'
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
  if (!(await answersYes(`Do you want to ${what}? [y/N] `))) throw failed('Nothing was done.', 'declined')
}

/** Anything but a yes is a no. */
async function answersYes(question: string): Promise<boolean> {
  const line = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const interrupted = once(line, 'SIGINT').then(() => {
      throw new Failure(EXIT.interrupted, '', 'interrupted')
    })
    const closed = once(line, 'close').then(() => 'no')
    const answer = await Promise.race([line.question(question), closed, interrupted])
    return /^y(es)?$/i.test(answer.trim())
  } finally {
    line.close()
  }
}
