/** What every command works with. */

import { EXIT, Failure } from './exit.ts'
import { createTerminal, type Terminal } from './terminal.ts'

/** One run of the command. */
export interface Cli {
  env: NodeJS.ProcessEnv
  terminal: Terminal
  /**
   * Ends what is under way at Ctrl-C and SIGTERM. Who asks for it takes these signals over; a second one ends the process
   * at once.
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

function takeSignals(): AbortController {
  const controller = new AbortController()
  const end = (exitCode: number, code: string) => () => {
    if (controller.signal.aborted) process.exit(exitCode)
    controller.abort(new Failure(exitCode, '', code))
  }
  process.on('SIGINT', end(EXIT.interrupted, 'interrupted'))
  process.on('SIGTERM', end(EXIT.terminated, 'terminated'))
  return controller
}
