/** What every command works with. */

import { SECOND } from '../../duration.ts'
import { EXIT, Failure } from './exit.ts'
import { createTerminal, type Terminal } from './terminal.ts'

/** One run of the command. */
export interface Cli {
  env: NodeJS.ProcessEnv
  terminal: Terminal
  /**
   * Ends what is under way at Ctrl-C and SIGTERM. Who asks for it takes these signals over; one that comes again
   * after a moment ends the process at once.
   */
  interruption(): AbortSignal
}

/** The command in this process. */
export function createCli(): Cli {
  const { env, stdin, stdout, stderr } = process
  let controller: AbortController | undefined
  return {
    env,
    terminal: createTerminal({ stdin, stdout, stderr, env }),
    interruption() {
      controller ??= takeSignals()
      return controller.signal
    },
  }
}

/** Signals that come within this time are one: the same Ctrl-C, once from the terminal and once from npm. */
const SAME_SIGNAL = SECOND

function takeSignals(): AbortController {
  const controller = new AbortController()
  let since: number | undefined
  const end = (exitCode: number, code: string) => () => {
    if (since !== undefined && performance.now() - since > SAME_SIGNAL) process.exit(exitCode)
    since ??= performance.now()
    controller.abort(new Failure(exitCode, '', code))
  }
  process.on('SIGINT', end(EXIT.interrupted, 'interrupted'))
  process.on('SIGTERM', end(EXIT.terminated, 'terminated'))
  return controller
}
